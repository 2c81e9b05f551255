/** For the options of ApiProperty: any JSON value, null included. `type: Object` would forbid lists, texts and numbers. */
export const ANY_JSON = { allOf: [{ $ref: '#/components/schemas/AnyJson' }] };
