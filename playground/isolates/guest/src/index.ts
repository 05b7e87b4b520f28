/**
 * The runtime of an isolate, evaluated once while the template is booted.
 *
 * For the host it leaves `globalThis.turn(text)` and `globalThis.modules`; both, and `globalThis.out` which it says things with, are
 * taken away before tenant code runs.
 */
import { install } from "./globals";
import { modules } from "./modules";
import { importWith, turn } from "./turn";

importWith((name) => import(name));
install();
Object.assign(globalThis, { turn, modules });
