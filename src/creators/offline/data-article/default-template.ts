import type { CreationLanguage } from '../../creator.ts';

const EN = `
{%- assign all = rows | count -%}
{%- if value == nil -%}
{{ source.name }} has {{ all }} {% if all == "1" %}row{% else %}rows{% endif %}.
{%- assign shown = rows | first_rows: limit -%}
{%- else -%}
{%- assign top = rows | max_rows: value -%}
{%- assign bottom = rows | min_rows: value -%}
{%- assign most = rows | max: value -%}
{%- assign least = rows | min: value -%}
{%- if isSeries -%}
{%- assign start = rows | first -%}
{%- assign end = rows | last -%}
{%- assign trend = rows | direction: value -%}
From {{ start[label] }} to {{ end[label] }}, “{{ value }}” {% if trend == "same" %}is the same at the end as at the start: {{ end[value] }}.
{%- else %}{% if trend == "up" %}rose{% else %}fell{% endif %} from {{ start[value] }} to {{ end[value] }}{% unless startsAtZero %}, a change of {{ rows | change: value }} ({{ rows | change_percent: value }}){% endunless %}.
{%- endif %} {% endif -%}
{%- if most == least -%}
{% if all == "1" %}The only row has{% else %}All {{ all }} rows have{% endif %} the value {{ most }} for “{{ value }}”.
{%- else -%}
The highest value of “{{ value }}” is {{ most }} ({% if top.size > 5 %}{{ top | count }} rows{% else %}{{ top | map: label | join: ", " }}{% endif %}), the lowest {{ least }} ({% if bottom.size > 5 %}{{ bottom | count }} rows{% else %}{{ bottom | map: label | join: ", " }}{% endif %}). The mean of the {{ all }} rows is {{ rows | mean: value }}.
{%- endif -%}
{%- if isTotal %} Together they are {{ rows | sum: value }}{% if top.size == 1 %}, of which {{ top[0][label] }} has {{ top[0] | share: value, rows }}{% endif %}.{% endif -%}
{%- if isSeries -%}
{%- assign shown = rows | last_rows: limit -%}
{%- else -%}
{%- assign shown = rows | highest_first: value | first_rows: limit -%}
{%- endif -%}
{%- endif %}

## The figures
{% assign visible = shown | count %}
{% if visible != all -%}
The table shows {% if isSeries %}the last{% elsif value == nil %}the first{% else %}the highest{% endif %} {{ visible }} of {{ all }} rows.
{%- endif %}

{% if value == nil -%}
|{% for column in columns %} {{ column }} |{% endfor %}
|{% for column in columns %} --- |{% endfor %}
{%- for row in shown %}
|{% for column in columns %} {{ row[column] }} |{% endfor %}
{%- endfor -%}
{%- else -%}
| {{ label }} | {{ value }} |{% if isTotal %} Share |{% endif %}{% unless isSeries %} Rank |{% endunless %}
| --- | ---: |{% if isTotal %} ---: |{% endif %}{% unless isSeries %} ---: |{% endunless %}
{%- for row in shown %}
| {{ row[label] }} | {{ row[value] }} |{% if isTotal %} {{ row | share: value, rows }} |{% endif %}{% unless isSeries %} {{ row | rank: value, rows }} |{% endunless %}
{%- endfor -%}
{%- endif %}
`;

const ZH = `
{%- assign all = rows | count -%}
{%- if value == nil -%}
“{{ source.name }}”共有 {{ all }} 行数据。
{%- assign shown = rows | first_rows: limit -%}
{%- else -%}
{%- assign top = rows | max_rows: value -%}
{%- assign bottom = rows | min_rows: value -%}
{%- assign most = rows | max: value -%}
{%- assign least = rows | min: value -%}
{%- if isSeries -%}
{%- assign start = rows | first -%}
{%- assign end = rows | last -%}
{%- assign trend = rows | direction: value -%}
从{{ start[label] }}到{{ end[label] }}，“{{ value }}”{% if trend == "same" %}首尾持平，都是 {{ end[value] }}。
{%- else %}从 {{ start[value] }} {% if trend == "up" %}升{% else %}降{% endif %}到 {{ end[value] }}{% unless startsAtZero %}，变化 {{ rows | change: value }}（{{ rows | change_percent: value }}）{% endunless %}。
{%- endif %}{% endif -%}
{%- if most == least -%}
{% if all == "1" %}唯一一行的“{{ value }}”是 {{ most }}。{% else %}全部 {{ all }} 行的“{{ value }}”都是 {{ most }}。{% endif %}
{%- else -%}
“{{ value }}”最高的是{% if top.size > 5 %}{{ top | count }} 行{% else %}{{ top | map: label | join: "、" }}{% endif %}（{{ most }}），最低的是{% if bottom.size > 5 %}{{ bottom | count }} 行{% else %}{{ bottom | map: label | join: "、" }}{% endif %}（{{ least }}），{{ all }} 行的平均值是 {{ rows | mean: value }}。
{%- endif -%}
{%- if isTotal -%}合计 {{ rows | sum: value }}{% if top.size == 1 %}，其中{{ top[0][label] }}占 {{ top[0] | share: value, rows }}{% endif %}。{% endif -%}
{%- if isSeries -%}
{%- assign shown = rows | last_rows: limit -%}
{%- else -%}
{%- assign shown = rows | highest_first: value | first_rows: limit -%}
{%- endif -%}
{%- endif %}

## 数据
{% assign visible = shown | count %}
{% if visible != all -%}
表中列出{% if isSeries %}最后{% elsif value == nil %}前{% else %}数值最高的{% endif %} {{ visible }} 行，共 {{ all }} 行。
{%- endif %}

{% if value == nil -%}
|{% for column in columns %} {{ column }} |{% endfor %}
|{% for column in columns %} --- |{% endfor %}
{%- for row in shown %}
|{% for column in columns %} {{ row[column] }} |{% endfor %}
{%- endfor -%}
{%- else -%}
| {{ label }} | {{ value }} |{% if isTotal %} 占比 |{% endif %}{% unless isSeries %} 排名 |{% endunless %}
| --- | ---: |{% if isTotal %} ---: |{% endif %}{% unless isSeries %} ---: |{% endunless %}
{%- for row in shown %}
| {{ row[label] }} | {{ row[value] }} |{% if isTotal %} {{ row | share: value, rows }} |{% endif %}{% unless isSeries %} {{ row | rank: value, rows }} |{% endunless %}
{%- endfor -%}
{%- endif %}
`;

/** The built-in templates, in Liquid. The option `template` replaces them. */
export const DEFAULT_TEMPLATES: Readonly<Record<CreationLanguage, string>> = { en: EN.trim(), zh: ZH.trim() };
