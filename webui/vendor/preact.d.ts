// The part of preact, hooks, signals and htm that the pages use.

export type Child =
  | VNode
  | ReadonlySignal<string | number>
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Child[];

export interface VNode {
  type: unknown;
  props: object;
  key: string | number | undefined;
}

export interface Ref<T> {
  current: T;
}

interface Common {
  key?: string | number;
}

export function h<P extends object>(
  type: (props: P) => Child,
  props: P & Common,
  ...children: Child[]
): VNode;
export function h(
  type: string,
  props: Record<string, unknown> | null,
  ...children: Child[]
): VNode;
export function render(node: Child, parent: Element): void;
export function Fragment(props: { children?: Child }): Child;
export function createContext<T>(value: T): {
  Provider: (props: { value: T; children?: Child }) => Child;
};
export function createRef<T>(): Ref<T | null>;
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;

export function useState<T>(
  initial: T | (() => T),
): [T, (next: T | ((previous: T) => T)) => void];
export function useReducer<S, A>(
  reducer: (state: S, action: A) => S,
  initial: S,
): [S, (action: A) => void];
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(
  effect: () => void | (() => void),
  inputs?: readonly unknown[],
): void;
export function useRef<T>(initial: T): Ref<T>;
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useCallback<F extends (...values: never[]) => unknown>(
  callback: F,
  inputs: readonly unknown[],
): F;
export function useContext<T>(context: { Provider: (props: { value: T }) => Child }): T;
export function useId(): string;

export interface ReadonlySignal<T> {
  readonly value: T;
  peek(): T;
  subscribe(listener: (value: T) => void): () => void;
}
export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}
export function signal<T>(value: T): Signal<T>;
export function computed<T>(compute: () => T): ReadonlySignal<T>;
export function effect(run: () => void | (() => void)): () => void;
export function batch<T>(run: () => T): T;
export function untracked<T>(run: () => T): T;
export function useSignal<T>(value: T): Signal<T>;
export function useComputed<T>(compute: () => T): ReadonlySignal<T>;
export function useSignalEffect(run: () => void | (() => void)): void;
