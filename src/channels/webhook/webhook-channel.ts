import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { cloudEventSource, signWebhook, webhookKey } from '../../platform/egress/standard-webhook.ts';
import {
  Channel,
  type ChannelConfig,
  type ChannelDescription,
  type ChannelProbe,
  type FindResult,
  type LabelCheck,
  type Publication,
  type PublishOutcome,
  type PublishReceipt,
} from '../channel.ts';
import { configSchema, secretVariableSchema, webAddressSchema } from '../channel-config.ts';
import { rejected } from '../channel-error.ts';
import { ChannelHttpClient, type JsonAnswer } from '../channel-http.client.ts';
import { probeBy } from '../channel-probe.ts';
import { ChannelSecrets } from '../channel-secrets.ts';
import { labelledHtml, labelledMarkdown } from '../label/label-carriers.ts';
import { findLabelInHtml } from '../label/verify-label.ts';
import type { PackageFile, PackageImage } from '../publish-package.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';

export interface WebhookChannelConfig extends ChannelConfig {
  readonly url: string;
  readonly secretVariable: string;
  readonly statusUrl?: string;
}

const LABEL = 'The receiver';
const EVENT_TYPE = 'contenthub.content.publish.v1';

/** Sends the package as a CloudEvent in binary mode, signed as Standard Webhooks describe it. The id is equal for each repetition. */
@Injectable()
@PublishChannel('webhook')
export class WebhookChannel extends Channel<WebhookChannelConfig> {
  private readonly source: string;

  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
    settings: Settings,
  ) {
    super();
    this.source = cloudEventSource(settings.publicUrl);
  }

  override describe(): ChannelDescription {
    const statusUrl = { type: 'string', pattern: '^https?://[^\\s/@?#]+/\\S*\\{contentId\\}\\S*$', maxLength: 500 };
    return {
      description: 'Sends contents to a web address of yours, signed.',
      needsNetwork: true,
      modes: ['draft', 'publish'],
      configSchema: configSchema(
        ['draft', 'publish'],
        {
          url: webAddressSchema('The receiver.'),
          secretVariable: secretVariableSchema('The Standard Webhooks secret, whsec_ and Base64 of at least 24 bytes.'),
          statusUrl: {
            ...statusUrl,
            description:
              'Where a lost answer is settled: an address with {contentId}, and {hash} if wanted, that answers 200 for a received content and 404 for another one. Without it, a person settles.',
          },
        },
        ['url', 'secretVariable'],
      ),
    };
  }

  override probe(config: WebhookChannelConfig): Promise<ChannelProbe> {
    return probeBy(async () => {
      this.keyOf(config);
      return null;
    });
  }

  override async publish(publication: Publication, config: WebhookChannelConfig, signal: AbortSignal): Promise<PublishReceipt> {
    const key = this.keyOf(config);
    const body = JSON.stringify(await payloadOf(publication, config));
    const id = eventId(publication);
    const { package: content } = publication;
    const request = {
      method: 'POST',
      url: config.url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'ce-specversion': '1.0',
        'ce-id': id,
        'ce-source': this.source,
        'ce-type': EVENT_TYPE,
        'ce-subject': `content/${content.contentId}`,
        'ce-time': content.createdAt,
        ...signWebhook(id, body, key, Date.now()),
      },
      body,
      signal,
      allowCut: true,
      label: LABEL,
      publishes: true,
      credentials: { pointer: '/secretVariable', name: `the signature made with ${config.secretVariable}` },
    };
    const answer = await this.http.request(request);
    const isDuplicate = answer.status === 409;
    if (!isDuplicate && (answer.status < 200 || answer.status > 299)) throw this.http.refusal(answer, request);
    return { ...placeIn(answer, publication), outcome: outcomeOf(answer.status, config), warnings: [] };
  }

  override async find(publication: Publication, config: WebhookChannelConfig, signal: AbortSignal): Promise<FindResult> {
    if (config.statusUrl === undefined) return { state: 'cannot_tell', reason: 'the configuration has no statusUrl' };
    const key = this.keyOf(config);
    const url = config.statusUrl.replaceAll('{contentId}', publication.package.contentId).replaceAll('{hash}', publication.hash);
    const headers = signWebhook(eventId(publication), '', key, Date.now());
    const answer = await this.http.request({ method: 'GET', url, headers, signal, label: LABEL });
    if (answer.status === 404) return { state: 'absent' };
    if (answer.status !== 200) return { state: 'cannot_tell', reason: `statusUrl answered ${answer.status}` };
    const { hash } = (answer.json ?? {}) as { hash?: unknown };
    if (typeof hash === 'string' && hash !== publication.hash) return { state: 'absent' };
    return { state: 'found', ...placeIn(answer, publication), outcome: outcomeOf(200, config) };
  }

  override async verifyLabel(
    { package: content }: Publication,
    url: string | null,
    _: WebhookChannelConfig,
    signal: AbortSignal,
  ): Promise<LabelCheck> {
    if (content.aiLabel.level === 'none') return { state: 'not_needed' };
    if (url === null) return { state: 'cannot_tell', reason: 'the receiver named no page' };
    const { text } = await this.http.expect({ method: 'GET', url, signal, label: 'The page' });
    return findLabelInHtml(text, content.aiLabel);
  }

  /** @throws {ChannelError} */
  private keyOf({ url, secretVariable }: WebhookChannelConfig): Buffer {
    this.secrets.checkAddress(url, '/url');
    const key = webhookKey(this.secrets.read(secretVariable, '/secretVariable'));
    if (key !== null) return key;
    const message = `The variable ${secretVariable} is no Standard Webhooks secret: whsec_ and the Base64 of at least 24 bytes.`;
    throw rejected('secret_malformed', message, { pointer: '/secretVariable' });
  }
}

/** The same for each repetition of a version, and another one for the next version. */
function eventId({ package: { contentId, version } }: Publication): string {
  return `${contentId}.${version}`;
}

async function payloadOf({ package: content, hash, assets }: Publication, { mode }: WebhookChannelConfig): Promise<object> {
  const withData = async (file: PackageImage | PackageFile): Promise<object> => ({
    ...file,
    data: Buffer.from(await assets.read(file.sha256)).toString('base64'),
  });
  const cover = content.cover === null ? null : await withData(content.cover);
  const images = await Promise.all(content.images.map(withData));
  const attachments = content.attachments && (await Promise.all(content.attachments.map(withData)));
  return {
    mode,
    hash,
    package: { ...content, cover, images, attachments },
    html: labelledHtml(content),
    markdown: labelledMarkdown(content),
  };
}

function outcomeOf(status: number, { mode }: WebhookChannelConfig): PublishOutcome {
  if (mode === 'draft') return 'draft_created';
  return status === 202 ? 'publish_submitted' : 'published';
}

/** `id` and `url` of a JSON answer, when the receiver gives them. */
function placeIn({ json }: JsonAnswer, { package: { contentId } }: Publication): Pick<PublishReceipt, 'externalId' | 'externalUrl'> {
  const { id, url } = (typeof json === 'object' && json !== null ? json : {}) as { id?: unknown; url?: unknown };
  const externalId = typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : contentId;
  return { externalId, externalUrl: typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url) ? url.slice(0, 2_000) : null };
}
