// Checks the REST description with a public linter:
//   npm ci && node lint.mjs PROGRAM-THAT-PRINTS-IT | http://127.0.0.1:8080/api/v1/openapi.json
// Exit code 0: no error; 1: the description is wrong; 2: it cannot be had.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

async function description(source) {
  if (!/^https?:/.test(source)) return execFileSync(source, { encoding: 'utf8', maxBuffer: 64 << 20 });
  const answer = await fetch(source, { signal: AbortSignal.timeout(5000) });
  if (answer.status !== 200) throw new Error(`${source} answers ${answer.status}`);
  return answer.text();
}

/** Two operations of one id would be one function in a generated client; the linter's rule names only the second. */
function repeatedIds(document) {
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId));
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

let text;
try {
  text = await description(process.argv[2] ?? '');
} catch (problem) {
  console.error(`no description: ${problem.message}`);
  process.exit(2);
}
const repeated = repeatedIds(JSON.parse(text));
if (repeated.length > 0) {
  console.error(`repeated operationId: ${repeated.join(', ')}`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
const file = join(folder, 'openapi.json');
writeFileSync(file, text);
const linter = join(here, 'node_modules', '.bin', 'redocly');
const run = spawnSync(linter, ['lint', '--config', join(here, 'redocly.yaml'), file], {
  stdio: 'inherit',
  env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
});
rmSync(folder, { recursive: true });
process.exit(run.status === 0 ? 0 : 1);
