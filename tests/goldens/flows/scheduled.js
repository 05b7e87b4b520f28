// begin: {"schedule": "0 * * * *"}
// params: {"n": 1}
const { cron, scheduledTime } = event.schedule;
await step.do(`fired by ${cron}`, async () => scheduledTime);
await step.sleep('nap', 100);
return [event.schedule, event.payload, event.instanceId, event.timestamp];
