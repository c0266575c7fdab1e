import type { JSX } from 'preact';

/** A formula that the build made of TeX. */
export function Formula({ mathml }: { readonly mathml: string | undefined }): JSX.Element {
  return <div class="wide" dangerouslySetInnerHTML={{ __html: mathml ?? '' }} />;
}
