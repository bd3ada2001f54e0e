/** Least squares with a penalty, solved for all classes at once in the dual: the kernel's rows stand for examples, so that no
 *  feature is named. Linear as the shipped model is, but its leave-one-out scores cost nothing (Cawley and Talbot 2007). */
export type Ridge = {
  /** Scores of the training examples, each by the model that never saw it. */
  leftOut: number[][];
  /** Scores of another example, by its kernel with the training examples. */
  score(kernelRow: Float64Array): number[];
};

/** `kernel`: n×n, positive; `labels`: n classes from 0; a class counts as much as any, however many examples it has. */
export function fitRidge(kernel: Float64Array, labels: readonly number[], classes: number, penalty: number): Ridge {
  const n = labels.length;
  const counts = Array.from({ length: classes }, (_, k) => labels.filter((label) => label === k).length);
  const penalised = kernel.slice();
  for (let i = 0; i < n; i++) penalised[i * n + i]! += (penalty * classes * counts[labels[i]!]!) / n;
  const inverse = invert(penalised, n);
  const leftOut = labels.map((): number[] => []);
  const duals = Array.from({ length: classes }, (_, k) => {
    const dual = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) dual[i]! += inverse[i * n + j]! * (labels[j] === k ? 1 : -1);
      leftOut[i]!.push((labels[i] === k ? 1 : -1) - dual[i]! / inverse[i * n + i]!);
    }
    return dual;
  });
  return { leftOut, score: (row) => duals.map((dual) => dual.reduce((all, weight, i) => all + weight * row[i]!, 0)) };
}

/** The inverse of a symmetric, positive definite matrix, by Cholesky. */
function invert(matrix: Float64Array, n: number): Float64Array {
  const lower = matrix.slice();
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const factor = lower[j * n + k]!;
      for (let i = j; i < n; i++) lower[i * n + j]! -= lower[i * n + k]! * factor;
    }
    const root = Math.sqrt(lower[j * n + j]!);
    for (let i = j; i < n; i++) lower[i * n + j]! /= root;
  }
  const half = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    half[j * n + j] = 1 / lower[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += lower[i * n + k]! * half[k * n + j]!;
      half[i * n + j] = -sum / lower[i * n + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += half[k * n + i]! * half[k * n + j]!;
      inverse[i * n + j] = inverse[j * n + i] = sum;
    }
  return inverse;
}
