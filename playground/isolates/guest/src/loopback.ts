/**
 * `ctx.exports`: a tenant's own entrypoints as services, as whoever else is given them has them. A call of one goes
 * through the host and comes back as a call of its own.
 * https://developers.cloudflare.com/workers/runtime-apis/context/#exports
 */
import * as p from "./primordials";
import { ask, Pending, promise } from "./stubs";
import { WorkerEntrypoint } from "./workflow";

type Exports = Record<string, unknown>;

/** The object of the host's that gives stubs of this isolate's exports. */
const EXPORTS = { id: -2, refs: 1 };
const { dispose, asyncDispose } = Symbol;

class Loopback extends Pending {
  constructor(
    private readonly name: string,
    private readonly props?: unknown,
  ) {
    super();
  }

  /** The service itself is nobody's to dispose of. */
  override get(target: object, name: PropertyKey): unknown {
    return name === dispose || name === asyncDispose ? () => undefined : super.get(target, name);
  }

  /** The service with other `ctx.props`. */
  apply(_: object, __: unknown, args: unknown[]): unknown {
    const options = args[0];
    if (options !== undefined && (typeof options !== "object" || options === null)) {
      throw new p.NativeTypeError(`ctx.exports.${this.name}() takes { props }`);
    }
    const props = (options as { props?: unknown } | undefined)?.props;
    if (props !== undefined && (typeof props !== "object" || props === null)) {
      throw new p.NativeTypeError("props are an object");
    }
    const made = new Loopback(this.name, props);
    p.then(made.promise(), undefined, () => undefined); // props are what they are now; who uses it is told why not
    return promise(made);
  }

  protected start(): Promise<unknown> {
    return ask(EXPORTS, "entrypoint", p.list<unknown>(this.name, this.props));
  }
}

/** The services among a main module's exports, by name. */
export function loopbacks(of: Exports): object {
  const made = {};
  const names = p.getOwnPropertyNames(of);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (isService(name, of[name])) p.define(made, name, promise(new Loopback(name)));
  }
  return made;
}

/** A class that extends WorkerEntrypoint, or an object that handles requests; of the default export, any object. */
function isService(name: string, value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    return name === "default" || typeof p.getOwnPropertyDescriptor(value, "fetch")?.value === "function";
  }
  if (typeof value !== "function") return false;
  for (let at: object | null = value; at !== null; at = p.getPrototypeOf(at) as object | null) {
    if (at === WorkerEntrypoint) return true;
  }
  return false;
}
