// The callers of the HTTP part, in their own process: node http-clients.mjs '{"url", "path", "key"}'
import { Agent, request } from 'node:http';
import { submitFor } from './lib/callers.mjs';

const { url, path, key } = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const { hostname, port } = new URL(url);

function submit(n) {
  const body = JSON.stringify({ params: { n } });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 202) reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    });
    call.once('error', reject).end(body);
  });
}

const result = await submitFor(submit);
const { user, system } = process.cpuUsage();
process.send({ ...result, clientCpuSeconds: (user + system) / 1e6 });
agent.destroy();
process.disconnect();
