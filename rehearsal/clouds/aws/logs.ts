import type {
  DescribeLogGroupsCommandInput,
  DescribeLogStreamsCommandInput,
  FilteredLogEvent,
  FilterLogEventsCommandInput,
  GetLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { given, number, text } from "../properties.ts";
import {
  AwsError,
  type AwsAccount,
  type Part,
  type Properties,
  type ResourceKind,
  type World,
} from "../world.ts";
import { compilePattern } from "./logsPattern.ts";

/** Where the lines of a task go. */
export interface LogSink {
  write(group: string, stream: string, message: string): void;
}

interface LogEvent {
  readonly id: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
}

interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionInDays: number | undefined;
  /** In the order in which they came. */
  events: LogEvent[];
}

/** A twin's log groups stay in memory: the oldest lines go first. */
const EVENTS_KEPT = 50_000;
const LARGEST_PAGE = 10_000;

/** CloudWatch Logs: what the tasks print, and the groups that a stack declares. */
export function createLogs(world: Pick<World, "account">): Part & LogSink {
  const groups = new LogGroups(world.account);
  return {
    write: (group, stream, message) => groups.write(group, stream, message),
    services: [
      {
        name: "logs",
        actions: {
          DescribeLogGroups: async (input: DescribeLogGroupsCommandInput) => ({
            logGroups: groups.list(input.logGroupNamePrefix).map(describeGroup),
          }),
          DescribeLogStreams: async (input: DescribeLogStreamsCommandInput) => ({
            logStreams: describeStreams(groups.get(input.logGroupName), input.logStreamNamePrefix),
          }),
          FilterLogEvents: async (input: FilterLogEventsCommandInput) =>
            filterEvents(groups.get(input.logGroupName), input),
          GetLogEvents: async (input: GetLogEventsCommandInput) =>
            readStream(groups.get(input.logGroupName), input),
        },
      },
    ],
    kinds: [logGroupKind(groups)],
  };
}

class LogGroups {
  readonly #account: AwsAccount;
  readonly #groups = new Map<string, LogGroup>();
  #count = 0;

  constructor(account: AwsAccount) {
    this.#account = account;
  }

  /** The group, created when there is none, as the log driver does with `awslogs-create-group`. */
  ensure(name: string): LogGroup {
    const known = this.#groups.get(name);
    if (known) return known;
    const arn = this.#account.arn("logs", `log-group:${name}`);
    const group = { name, arn, createdAt: Date.now(), retentionInDays: undefined, events: [] };
    this.#groups.set(name, group);
    return group;
  }

  write(name: string, stream: string, message: string): void {
    const group = this.ensure(name);
    const id = String(++this.#count).padStart(56, "0");
    group.events.push({ id, stream, timestamp: Date.now(), message });
    if (group.events.length > EVENTS_KEPT * 1.1) group.events = group.events.slice(-EVENTS_KEPT);
  }

  find(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  get(name: string | undefined): LogGroup {
    const group = this.#groups.get(name ?? "");
    if (group) return group;
    const message = "The specified log group does not exist.";
    throw new AwsError("ResourceNotFoundException", message);
  }

  list(prefix = ""): LogGroup[] {
    return [...this.#groups.values()].filter(({ name }) => name.startsWith(prefix));
  }

  delete(name: string): void {
    this.#groups.delete(name);
  }
}

function describeGroup({ name, arn, createdAt, retentionInDays, events }: LogGroup) {
  const storedBytes = events.reduce((sum, { message }) => sum + message.length, 0);
  return {
    logGroupName: name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: createdAt,
    retentionInDays,
    storedBytes,
  };
}

function describeStreams(group: LogGroup, prefix = "") {
  const streams = new Map<string, LogEvent[]>();
  for (const event of group.events.filter(({ stream }) => stream.startsWith(prefix))) {
    const events = streams.get(event.stream) ?? [];
    events.push(event);
    streams.set(event.stream, events);
  }
  return [...streams].map(([logStreamName, events]) => ({
    logStreamName,
    arn: `${group.arn}:log-stream:${logStreamName}`,
    firstEventTimestamp: events[0]!.timestamp,
    lastEventTimestamp: events.at(-1)!.timestamp,
    lastIngestionTime: events.at(-1)!.timestamp,
  }));
}

function filterEvents(group: LogGroup, input: FilterLogEventsCommandInput) {
  const { startTime = 0, endTime = Infinity, logStreamNames, logStreamNamePrefix = "" } = input;
  const matches = compilePattern(input.filterPattern ?? "");
  const found = group.events.filter(
    ({ timestamp, stream, message }) =>
      timestamp >= startTime &&
      timestamp <= endTime &&
      (logStreamNames?.includes(stream) ?? stream.startsWith(logStreamNamePrefix)) &&
      matches(message),
  );
  const from = startOfPage(found, input.nextToken);
  const page = found.slice(from, from + (input.limit ?? LARGEST_PAGE));
  const more = from + page.length < found.length;
  return {
    events: page.map(toFilteredEvent),
    searchedLogStreams: [],
    ...(more && { nextToken: page.at(-1)!.id }),
  };
}

/** A token names the last event of the page before, so that new events do not shift the pages. */
function startOfPage(events: readonly LogEvent[], token: string | undefined): number {
  if (token === undefined) return 0;
  const next = events.findIndex(({ id }) => id > token);
  return next < 0 ? events.length : next;
}

function readStream(group: LogGroup, input: GetLogEventsCommandInput) {
  const { startTime = 0, endTime = Infinity, limit = LARGEST_PAGE } = input;
  const ofStream = group.events.filter(({ stream }) => stream === input.logStreamName);
  if (ofStream.length === 0) {
    throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  const inRange = ofStream.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
  const page = pageOf(inRange, input, limit);
  const first = page[0]?.id ?? input.nextToken?.slice(2) ?? "";
  const last = page.at(-1)?.id ?? input.nextToken?.slice(2) ?? "";
  return {
    events: page.map(({ timestamp, message }) => ({
      timestamp,
      message,
      ingestionTime: timestamp,
    })),
    nextForwardToken: `f/${last}`,
    nextBackwardToken: `b/${first}`,
  };
}

/** Tokens `f/<event>` and `b/<event>` go on after or before an event; an end gives the same token again. */
function pageOf(events: LogEvent[], input: GetLogEventsCommandInput, limit: number): LogEvent[] {
  const [direction, id = ""] = input.nextToken?.split("/") ?? [];
  if (direction === "f") return events.filter((event) => event.id > id).slice(0, limit);
  if (direction === "b") return events.filter((event) => event.id < id).slice(-limit);
  return input.startFromHead ? events.slice(0, limit) : events.slice(-limit);
}

function toFilteredEvent({ id, stream, timestamp, message }: LogEvent): FilteredLogEvent {
  return {
    eventId: id,
    logStreamName: stream,
    timestamp,
    ingestionTime: timestamp,
    message,
  };
}

/** `aws.cloudwatch.LogGroup` */
function logGroupKind(groups: LogGroups): ResourceKind {
  const apply = (name: string, inputs: Properties) => {
    const group = groups.ensure(name);
    group.retentionInDays = number(inputs, "retentionInDays");
    return { ...given(inputs), name, arn: group.arn, logGroupClass: "STANDARD" };
  };
  return {
    type: "aws:cloudwatch/logGroup:LogGroup",
    replaceOn: ["name", "namePrefix"],
    actions: { create: "logs:CreateLogGroup", delete: "logs:DeleteLogGroup" },
    async create(inputs) {
      const name = text(inputs, "name") ?? "";
      if (groups.find(name)) {
        const message = "The specified log group already exists";
        throw new AwsError("ResourceAlreadyExistsException", message);
      }
      return { id: name, outputs: apply(name, inputs) };
    },
    update: async (id, inputs) => apply(id, inputs),
    async read(id, state) {
      const group = groups.find(id);
      if (!group) return undefined;
      const { name, arn, retentionInDays } = group;
      return {
        id,
        inputs: { name, retentionInDays },
        outputs: { ...state, name, arn, retentionInDays },
      };
    },
    async delete(id) {
      groups.delete(id);
    },
  };
}
