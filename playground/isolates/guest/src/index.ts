/**
 * The runtime of an isolate, evaluated once while the template is booted.
 *
 * It finds `out(text)`, with which it says things, and `entropy()`, which gives random bytes; it leaves
 * `turn(text)`, which takes a message, and `modules`, the exports of its own modules by name. The host
 * takes all four away before tenant code runs.
 */
import { install } from "./globals";
import { modules } from "./modules";
import { importWith, turn } from "./turn";

importWith((name) => import(name));
install();
Object.assign(globalThis, { turn, modules });
