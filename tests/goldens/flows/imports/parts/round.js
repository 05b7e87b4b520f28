import { count } from '../words.ts';
export const again = () => `round ${count}`;
