/**
 * The client of the asynchronous task guide's React example, as plain functions: execute, poll while the status is
 * `running`, cancel one, cancel many. Only the base URL, the key and the interval are arguments.
 */
export interface LogEntry {
  timestamp: string;
  level: string;
  message: string;
  data?: unknown;
}

export interface Polled {
  status: string;
  logs: LogEntry[];
  isRunning: boolean;
}

export class ReactClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  async executeTask(taskName: string, params?: unknown): Promise<{ executionId: string }> {
    const response = await this.send(`/tasks/${taskName}/execute/manual`, 'POST', { params });
    return (await response.json()) as { executionId: string };
  }

  async pollTaskStatus(executionId: string): Promise<Polled> {
    const response = await this.send(`/tasks/running/execution/${executionId}`, 'GET');
    const data = (await response.json()) as { status: string; logs: LogEntry[] };
    return { status: data.status, logs: data.logs, isRunning: data.status === 'running' };
  }

  /** The effect: polls while the task runs. */
  follow(executionId: string, intervalMs: number, show: (state: Polled) => void): Promise<Polled> {
    return new Promise((resolve, reject) => {
      const interval = setInterval(() => {
        this.pollTaskStatus(executionId).then((state) => {
          show(state);
          if (state.isRunning) return;
          clearInterval(interval);
          resolve(state);
        }, reject);
      }, intervalMs);
    });
  }

  async cancelTask(executionId: string): Promise<unknown> {
    const response = await this.send('/tasks/executions/cancel/by-ids', 'DELETE', { executionIds: [executionId] });
    return response.json();
  }

  async cancelMultipleTasks(executionIds: string[]): Promise<unknown> {
    const response = await this.send('/tasks/executions/cancel/by-ids', 'DELETE', { executionIds });
    return response.json();
  }

  private send(path: string, method: string, body?: unknown): Promise<Response> {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${this.key}` };
    return fetch(this.baseUrl + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }
}
