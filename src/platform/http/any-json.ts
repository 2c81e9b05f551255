/** For the options of ApiProperty: any JSON value, including null. `type: Object` would forbid arrays, strings and numbers. */
export const ANY_JSON = { allOf: [{ $ref: '#/components/schemas/AnyJson' }] };
