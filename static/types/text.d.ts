// What an import of a file that is text gives: .txt, .md, .html, .css, .csv, .sql.

declare const text: string;
export default text;
