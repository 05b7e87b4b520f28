type Kind = 'one';
interface Answer { kind: Kind; n: number }
const answer: Answer = await step.do<Answer>('typed', async (): Promise<Answer> => ({ kind: 'one', n: 1 }));
await step.sleep('nap', 100 as number);
return [answer!.kind satisfies string, await step.do(`again ${answer.n}`, async () => answer)];
