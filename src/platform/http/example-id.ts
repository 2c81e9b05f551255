/** The id in the examples of the API description. */
export const EXAMPLE_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
