// The part of uPlot that the charts use.

export interface Series {
  label?: string;
  stroke?: string;
  fill?: string;
  width?: number;
  dash?: number[];
  spanGaps?: boolean;
  points?: { show?: boolean; size?: number; fill?: string; stroke?: string };
  value?: (chart: uPlot, value: number | null) => string;
}

export interface Axis {
  stroke?: string;
  label?: string;
  font?: string;
  labelFont?: string;
  size?: number;
  labelSize?: number;
  gap?: number;
  grid?: { stroke?: string; width?: number };
  ticks?: { show?: boolean; stroke?: string; width?: number; size?: number };
  incrs?: number[];
  values?: (chart: uPlot, splits: number[]) => string[];
}

export interface Options {
  width: number;
  height: number;
  padding?: [number, number, number, number];
  legend?: { show?: boolean };
  cursor?: { show?: boolean; drag?: { x?: boolean; y?: boolean }; points?: { size?: number } };
  scales?: Record<
    string,
    { time?: boolean; range?: (chart: uPlot, low: number, high: number) => [number, number] }
  >;
  axes?: Axis[];
  bands?: Array<{ series: [number, number]; fill?: string; dir?: -1 | 0 | 1 }>;
  series: Series[];
  hooks?: { draw?: Array<(chart: uPlot) => void> };
}

export default class uPlot {
  constructor(options: Options, data: Array<Array<number | null>>, parent: HTMLElement);
  readonly ctx: CanvasRenderingContext2D;
  readonly bbox: { left: number; top: number; width: number; height: number };
  readonly data: Array<Array<number | null>>;
  setSize(size: { width: number; height: number }): void;
  setData(data: Array<Array<number | null>>): void;
  valToPos(value: number, scale: string, canvasPixels?: boolean): number;
  destroy(): void;
}
