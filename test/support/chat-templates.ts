/** Chat templates as published files have them, their longer texts shortened: a model's own words are no part of what is known of a program. */

const turn2024 = "{% if item['content'] %}<|{{ item['role'] }}|>{{ item['metadata'] }}\n{{ item['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"

/** GLM-4-9B-Chat and -Chat-1M. */
export const glm2024Template = "[gMASK]<sop>{% for item in messages %}{% if item['tools'] is defined %}<|system|>\n你是一个名为 ChatGLM 的人工智能助手。\n\n# 可用工具"
  + "{% set tools = item['tools'] %}{% for tool in tools %}{% if tool['type'] == 'function' %}\n\n## {{ tool['function']['name'] }}\n\n{{ tool['function'] | tojson(indent=4) }}\n"
  + "在调用上述函数时，请使用 Json 格式表示调用的参数。{% elif tool['type'] == 'python' %}\n\n## python\n\n`python` {x}{% elif tool['type'] == 'simple_browser' %}\n\n## simple_browser\n"
  + `{% elif tool['type'] == 'cogview' %}\n\n## cogview\n{% endif %}{% endfor %}{% endif %}${turn2024}`

const turns0414 = (said: string): string => `{%- if role == 'user' %}<|user|>\n{{ ${said} }}{%- elif role == 'assistant' and not meta %}<|assistant|>\n{{ ${said} }}`
  + `{%- elif role == 'assistant' and meta %}<|assistant|>{{ meta }} \n{{ ${said} }}{%- elif role == 'observation' %}<|observation|>\n{{ ${said} }}{%- endif %}{%- endfor %}`

const tools0414 = '[gMASK]<sop>{%- if tools -%}<|system|>\n# 可用工具\n{% for tool in tools %}{%- set function = tool.function if tool.get("function") else tool %}\n\n## {{ function.name }}\n\n'
  + '{{ function | tojson(indent=4, ensure_ascii=False) }}\n在调用上述函数时，请使用 Json 格式表示调用的参数。{%- endfor %}{%- endif -%}'
  + "{%- for msg in messages %}{%- if msg.role == 'system' %}<|system|>\n{{ msg.content }}{%- endif %}{%- endfor %}{%- for message in messages if message.role != 'system' %}"
  + "{%- set role = message['role'] %}{%- set content = message['content'] %}"

/** GLM-4-9B-0414. */
export const glm0414Template = `${tools0414}{%- set meta = message.get("metadata", "") %}${turns0414('content')}{% if add_generation_prompt %}<|assistant|>{% endif %}`

/** GLM-Z1-9B-0414, written over many lines. */
export const glmZ1Template = `${tools0414}
{%- set visible = content.split('</think>')[-1].strip() %}
    {%- set meta = message.get("metadata", "") %}
    ${turns0414('visible')}
{%- if add_generation_prompt %}<|assistant|>
<think>{% endif %}`

/** SmolLM2 and many others; with words for conversations without a system turn, or without. */
export const chatmlTemplate = (system: string | null): string => `{% for message in messages %}${system === null ? '' : `{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n${system}<|im_end|>\n' }}{% endif %}`}`
  + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

/** Qwen2.5. */
export const qwenTemplate = `{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'Be brief.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n{\\"name\\": <function-name>}<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nBe brief.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\\n' + message.content }}
        {%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- '\\n<tool_call>\\n{"name": "' }}
            {{- tool_call.name }}
            {{- '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
`
