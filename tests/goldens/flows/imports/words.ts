import { again } from './parts/round.js';
const words: string[] = ['one', 'two'];
export const count: number = words.length;
export function last(): string { return `${words.at(-1)!} ${again()}`; }
export default words;
