import { given, tags } from "../properties.ts";
import type { Properties, ResourceKind, ResourceState } from "../world.ts";

/** A resource of which the twin keeps what it was given, and computes what its service would. */
export interface KeptResource extends Pick<ResourceKind, "type" | "replaceOn" | "actions"> {
  /** Its id and what the service computes. Throws what the service answers to inputs that it refuses. */
  make(inputs: Properties): ResourceState;
  /** What the service computes anew after a change; throws as `make` does. */
  change?(inputs: Properties, state: Properties): Properties;
  /** Throws what the service answers where it must not go yet. */
  remove?(id: string, state: Properties): void;
}

/** The resource kind, and the resources that there are: outputs by id. */
export interface Kept {
  readonly kind: ResourceKind;
  readonly resources: ReadonlyMap<string, Properties>;
}

export function keptKind({ make, change, remove, ...about }: KeptResource): Kept {
  const resources = new Map<string, Properties>();
  const keep = (id: string, inputs: Properties, computed: Properties) => {
    const outputs = { ...computed, ...given(inputs), tagsAll: tags(inputs) };
    resources.set(id, outputs);
    return outputs;
  };
  const kind: ResourceKind = {
    ...about,
    async create(inputs) {
      const { id, outputs } = make(inputs);
      return { id, outputs: keep(id, inputs, outputs) };
    },
    async update(id, inputs, state) {
      const before = resources.get(id) ?? state;
      return keep(id, inputs, { ...before, ...change?.(inputs, before) });
    },
    async read(id) {
      const outputs = resources.get(id);
      return outputs && { id, outputs, inputs: outputs };
    },
    async delete(id, state) {
      remove?.(id, state);
      resources.delete(id);
    },
  };
  return { kind, resources };
}
