import { Injectable, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { Settings } from '../../platform/config/settings.ts';
import { SETTINGS_TABLE } from '../../platform/config/settings-table.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { createHider, SHORTEST_SECRET } from '../../platform/telemetry/scrubber.ts';
import { AgentTaskHandler } from '../definitions/agent-task.handler.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import type { TaskOptions } from '../definitions/task-handler.decorator.ts';
import { DeclaredTaskHandler } from './declared-task.handler.ts';
import { DeclaredScheduleList } from './declared-schedule-list.ts';
import { ParamsTable } from './params-table.ts';
import { type DeclaredAgentTask, type DeclaredTask, readTasksFile, type TasksFile } from './tasks-file.ts';

/** Registers the HTTP tasks of TASKS_FILE beside the task definitions in code. An invalid file prevents the start. */
@Injectable()
class DeclaredTasks implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly registry: TaskDefinitionRegistry,
    private readonly egress: EgressClient,
    private readonly schedules: DeclaredScheduleList,
  ) {}

  onModuleInit(): void {
    const { tasks, agentTasks, env } = this.read();
    for (const { name, schedule } of [...tasks, ...agentTasks]) if (schedule) this.schedules.schedules.set(name, schedule);
    const ports = { egress: this.egress, env, hide: createHider(this.settings.secrets) };
    for (const task of tasks) {
      this.registry.register(optionsOf(task), new DeclaredTaskHandler(task, ports), this.settings.tasksFile);
    }
    for (const task of agentTasks) {
      const options: TaskOptions = { ...optionsOf(task), runBy: 'agents', capabilities: task.capabilities };
      this.registry.register(options, new AgentTaskHandler(), this.settings.tasksFile);
    }
  }

  private read(): TasksFile {
    const { tasksFile } = this.settings;
    const text = readOptional(tasksFile, tasksFile === SETTINGS_TABLE.TASKS_FILE.fallback);
    if (text === undefined) return { tasks: [], agentTasks: [], env: {} };
    return readTasksFile(text, tasksFile, {
      definedIn: (name) => this.registry.originOf(name),
      secret: (name, reject) => this.secret(name, reject),
      secretsOverHttp: this.settings.secretsOverHttp,
    });
  }

  /** Only workers send requests, so only workers need the secrets. */
  private secret(name: string, reject: (problem: string, hint: string) => void): string | undefined {
    if (Object.hasOwn(SETTINGS_TABLE, name)) {
      reject(`is ${name}, a setting of ContentHub`, 'Use another variable name for secrets of tasks');
      return undefined;
    }
    if (!this.settings.appRoles.includes('worker')) return undefined;
    const value = this.settings.secretVariable(name);
    if (value === undefined) reject(`is ${name}, which is not set`, 'Set it in the environment or in .env');
    else if (value.length < SHORTEST_SECRET) {
      reject(
        `is ${name}, which has fewer than ${SHORTEST_SECRET} characters`,
        'Use a longer one: a short secret could not be removed from logs',
      );
    }
    return value;
  }
}

function optionsOf({ params, countBy, ...task }: DeclaredTask | DeclaredAgentTask): TaskOptions {
  const { name, description, timeoutMs, maxAttempts, backoff, queue, provider, maxRunning, rate } = task;
  const options = {
    name,
    description,
    timeoutMs,
    maxAttempts,
    backoff,
    queue,
    provider,
    maxRunning,
    rate,
    params: new ParamsTable(params),
  };
  return countBy === undefined
    ? options
    : { ...options, concurrencyKey: (given: Record<string, unknown>) => keyOf(countBy, given[countBy]) };
}

/** Returns `account:7`, or undefined for a task without the param. */
function keyOf(name: string, value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : `${name}:${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function readOptional(file: string, mayBeAbsent: boolean): string | undefined {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeAbsent) return undefined;
    throw new ConfigurationError(
      `TASKS_FILE ${file} cannot be read (${code}). Correct the path, or leave TASKS_FILE empty for ${SETTINGS_TABLE.TASKS_FILE.fallback}.`,
      {
        cause: error,
      },
    );
  }
}

/** The providers of the tasks module for declared tasks. */
export const DECLARED_TASKS = [EgressClient, DeclaredScheduleList, DeclaredTasks];
