/**
 * The runtime of an isolate, evaluated once while the template is booted.
 *
 * It finds `native` (see native.ts), and leaves `turn(text)`, which takes a message. The guest takes both away before
 * tenant code runs.
 */
import { settled } from "./ahead";
import { install } from "./globals";
import { onIdle } from "./native";
import * as rejections from "./rejections";
import * as tenantModules from "./tenant_modules";
import { importWith, turn } from "./turn";

importWith((name) => import(name));
tenantModules.install();
rejections.install();
onIdle(settled);
install();
Object.assign(globalThis, { turn });
