/** What the tests add to the Worker's bindings. */
declare namespace Cloudflare {
  interface Env {
    readonly EMULATOR_URL: string;
  }
}
