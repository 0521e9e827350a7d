/**
 * The environment in which our scripts call wrangler: nothing is asked, nothing is reported, and `wrangler dev`
 * works without a network.
 */
export const wranglerEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  // After every error it would name a file in the user's home that says no more than --verbose.
  WRANGLER_WRITE_LOGS: "false",
  // The banner asks the registry for a newer wrangler.
  WRANGLER_HIDE_BANNER: "true",
  // Miniflare would fetch a sample `request.cf` from Cloudflare.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "true",
  CLOUDFLARE_INCLUDE_PROCESS_ENV: "false",
  NO_COLOR: "1",
});
