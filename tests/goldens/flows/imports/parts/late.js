export const late = (n) => `late ${n}`;
