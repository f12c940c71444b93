/**
 * What GitHub tells every job of itself. A pull request's own commit is not the one that is checked out.
 * @returns {{ commit: string, runUrl: string }}
 */
export function context(env = process.env) {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SHA, GODWIT_COMMIT } = env;
  return {
    commit: GODWIT_COMMIT || GITHUB_SHA || "unknown",
    runUrl: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
  };
}
