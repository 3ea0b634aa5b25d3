import { terminalWishes } from '../../config/terminal.ts';
import { coloured, plain, type Style } from './render/style.ts';

/** Colours only for a terminal, and not where NO_COLOR asks for none (https://no-color.org). */
export function styleOf(stream: { readonly isTTY?: boolean }): Style {
  return stream.isTTY === true && terminalWishes().colour ? coloured : plain;
}
