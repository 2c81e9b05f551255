import { faultOf, type ParamField, type ParamFields, type ParamType } from './params-table.ts';
import type { YamlNode } from './yaml-node.ts';

const FIELD = /^[A-Za-z]\w{0,63}$/;
const TYPES: [ParamType, ...ParamType[]] = ['string', 'number', 'boolean'];

/** `{field: {type, required?, default?, maxLength?}}` */
export function readParams(place: YamlNode | undefined): ParamFields {
  const fields = place?.members() ?? [];
  return Object.fromEntries(fields.map(([name, field]) => [name, readField(name, field)]));
}

function readField(name: string, place: YamlNode): ParamField {
  if (!FIELD.test(name)) place.reject('has a name that templates cannot read', 'Use letters, digits and _, a letter first, 64 at most');
  const { type, required, default: fallback, maxLength } = place.fields(['type', 'required', 'default', 'maxLength'], ['type']);
  const field: ParamField = { type: type?.oneOf(TYPES) ?? 'string', required: required?.boolean() ?? false };
  if (maxLength) {
    if (field.type !== 'string') maxLength.reject('applies to strings only', 'Remove it');
    field.maxLength = maxLength.integer(1, 1_000_000);
  }
  if (fallback) {
    if (field.required) fallback.reject('can never apply, because the field is required', 'Remove one of the two');
    const fault = faultOf('it', fallback.value, field);
    if (fault) fallback.reject('is not a value of this field', `Write another: ${fault.detail}`);
    field.default = fallback.value as NonNullable<ParamField['default']>;
  }
  return field;
}
