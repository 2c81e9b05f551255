import { expect, it } from '@jest/globals';
import { FLOW_LIFE_S, OidcFlows } from './oidc-flow.ts';

const FLOW = { state: 's', nonce: 'n', verifier: 'v' };
const flows = new OidcFlows(Buffer.alloc(32, 1));

it('opens what it sealed, for ten minutes', () => {
  const sealed = flows.seal(FLOW, 0);
  expect([flows.open(sealed, FLOW_LIFE_S * 1_000 - 1), flows.open(sealed, FLOW_LIFE_S * 1_000)]).toEqual([FLOW, undefined]);
});

it.each(['', '.', 'x', flows.seal(FLOW).replace('.', 'A.'), new OidcFlows(Buffer.alloc(32, 2)).seal(FLOW)])(
  'does not open %j',
  (sealed) => {
    expect(flows.open(sealed)).toBeUndefined();
  },
);
