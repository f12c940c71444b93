import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { MockCloud, type Declared } from "../support/mocks.ts";

/** A component's constructor. */
type Constructor<Component, Args> = new (
  name: string,
  args: Args,
  opts?: pulumi.ComponentResourceOptions,
) => Component;

export interface Subject<Component, Args> {
  /** Name that the component is given. */
  readonly name: string;
  /** Loads it; only once the cloud is a mock. */
  load(): Promise<Constructor<Component, Args>>;
  readonly args: () => Args;
  /** What the cloud says when all is right. */
  answer(cloud: MockCloud): void;
}

/** What was declared of each subject, by its changes: once for all suites, since a component has scores of resources. */
const known = new Map<string, Promise<readonly Declared[]>>();

/** Lets the tests of a suite build a component, with a cloud of its own. */
export class ComponentUnderTest<Component, Args extends object> {
  readonly cloud = new MockCloud();
  readonly #subject: Subject<Component, Args>;
  #component: Constructor<Component, Args> | undefined;

  /** Call it in a suite, outside its tests. */
  constructor(subject: Subject<Component, Args>) {
    this.#subject = subject;
    before(async () => {
      await this.cloud.install();
      this.#component = await subject.load();
    });
    beforeEach(() => {
      this.cloud.reset();
      subject.answer(this.cloud);
    });
  }

  build(changes: Partial<Args> = {}): Component {
    const { name, args } = this.#subject;
    const opts = { transformations: [this.cloud.watch] };
    return new this.#component!(name, { ...args(), ...changes }, opts);
  }

  /** What is declared with these changes. */
  declare(changes: Partial<Args> = {}): Promise<readonly Declared[]> {
    // An argument that is taken away is a change, too.
    const asked = JSON.stringify(changes, (_name, value: unknown) => value ?? null);
    const key = `${this.#subject.name} ${asked}`;
    const before = known.get(key);
    if (before) return before;
    this.cloud.reset();
    this.build(changes);
    const declared = this.cloud.declared();
    known.set(key, declared);
    return declared;
  }

  /** The one child of that name. */
  async child(name: string, changes: Partial<Args> = {}): Promise<Declared> {
    return only(await this.declare(changes), name);
  }
}

/** The one resource of that name. */
export function only(declared: readonly Declared[], name: string): Declared {
  const found = declared.filter((resource) => resource.name === name);
  expect(found, name).to.have.length(1);
  return found[0]!;
}
