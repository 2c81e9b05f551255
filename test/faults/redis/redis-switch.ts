import { freePort } from '../../../src/platform/database/embedded/free-port.ts';
import { askRedis } from '../../support/bullmq.ts';
import { type PrivateRedis, startRedis } from '../../support/redis.ts';

/** One Redis at one address, which comes and goes. */
export class RedisSwitch {
  readonly port: number;
  private server: PrivateRedis | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async create(): Promise<RedisSwitch> {
    return new RedisSwitch(await freePort());
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get running(): boolean {
    return this.server !== undefined;
  }

  /** Empty, as it keeps nothing on disk. */
  async on(): Promise<void> {
    this.server ??= await startRedis(this.port);
    if (this.server === undefined) throw new Error('this suite needs Redis (Debian: apt-get install redis-server)');
  }

  async kill(): Promise<void> {
    this.server?.signal('SIGKILL');
    await this.server?.stop();
    this.server = undefined;
  }

  silence(): void {
    this.server?.signal('SIGSTOP');
  }

  speak(): void {
    this.server?.signal('SIGCONT');
  }

  /** One command over a connection of its own, and its answer. */
  ask(command: string, ...words: string[]): Promise<unknown> {
    return askRedis(this, (client) => client.call(command, ...words));
  }
}
