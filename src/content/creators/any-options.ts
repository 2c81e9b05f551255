/** Options of a creator in the API description: its optionsSchema in GET /creators says which. */
export const ANY_OPTIONS = { type: 'object', additionalProperties: true, example: {} } as const;
