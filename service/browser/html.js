// From HTML of an answer to nodes of this page. Nothing in it runs, under any content policy.

const NEVER = "script,iframe,frame,object,embed,applet,base,meta,link,style,noscript,template,animate,set";
const LINKS = /^(href|src|action|formaction|xlink:href|data|poster|background)$/;
const RUNS = /^[\0-\x20]*(javascript|vbscript|data(?!:image\/(png|jpe?g|gif|webp|avif)[;,])):/i;

let policy;

/** Nodes that stand for this HTML. Throws where the page's Trusted Types do not allow a policy `intarsia`. */
export function nodesOf(html) {
  if (!policy) {
    const rules = { createHTML: (text) => text };
    policy = window.trustedTypes ? trustedTypes.createPolicy("intarsia", rules) : rules;
  }
  // A document of a parser runs nothing and loads nothing: this is cleaned before it becomes part of the page.
  const { body } = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  clean(body);
  const nodes = document.createDocumentFragment();
  nodes.append(...body.childNodes);
  return nodes;
}

function clean(content) {
  content.querySelectorAll(NEVER).forEach((element) => element.remove());
  for (const element of content.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (/^(on|style$|srcdoc$)/i.test(name) || (LINKS.test(name.toLowerCase()) && runs(value))) element.removeAttribute(name);
    }
  }
}

function runs(value) {
  // Browsers leave out line ends and tabs inside of an address.
  return RUNS.test(value.replace(/[\t\n\r]/g, ""));
}
