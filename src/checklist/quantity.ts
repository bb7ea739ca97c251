// Quantities as Kubernetes and settings write them: 500m, 1Gi.

const times: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** `500m` of a processor as 0.5, `1Gi` of memory as bytes (Kubernetes reference, "Quantity"); undefined when it is none. */
export function quantityOf(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?(?:e\d{1,2})?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(value).trim());
  const factor = times[match?.[2] ?? ''];
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}
