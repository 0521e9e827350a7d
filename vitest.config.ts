import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { projects: ["test/projects/vitest.*.config.ts"] },
});
