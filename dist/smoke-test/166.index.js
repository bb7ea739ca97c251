export const id = 166;
export const ids = [166];
export const modules = {

/***/ 4166:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readJunitReport: () => (/* binding */ readJunitReport)
/* harmony export */ });
/* harmony import */ var fast_xml_parser__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9658);
/* harmony import */ var fast_xml_parser__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5824);
// Reads the JUnit report of another runner (Playwright, pytest, surefire \u2026): its cases, and when they were run.

const mostCharacters = 10 * 1_048_576;
/** Time stamps without a zone are the machine's own: no zone is farther west than UTC-12. */
const zonelessMs = 12 * 3_600_000;
const parser = new fast_xml_parser__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .A({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    maxNestedTags: 100,
});
/** The report, or why it cannot be read. A report that declares entities is not read at all, one that counts more than it shows neither. */
function readJunitReport(text) {
    if (text.length > mostCharacters)
        return { because: 'it has more than 10 MiB' };
    if (/<!(DOCTYPE|ENTITY)/i.test(text))
        return { because: 'it declares a document type or entities' };
    const roots = parsed(text);
    const root = roots?.find(({ name }) => name === 'testsuites' || name === 'testsuite');
    if (root === undefined)
        return { because: 'it is no JUnit report: a whole XML document of testsuites is' };
    const suites = [root, ...within(root, 'testsuite')];
    const cut = suites.find((suite) => Number(suite.attributes.get('tests') ?? 0) > within(suite, 'testcase').length);
    if (cut !== undefined)
        return { because: `it announces ${cut.attributes.get('tests') ?? ''} tests and has fewer` };
    const began = suites.flatMap(({ attributes }) => instantOf(attributes.get('timestamp') ?? '') ?? []);
    return {
        cases: casesIn(root, root.name === 'testsuite' ? words(root, 'name') : ''),
        began: began.length === 0 ? undefined : began.reduce((a, b) => Math.max(a, b)),
    };
}
function parsed(text) {
    try {
        const source = text.replace(/^\u{FEFF}/u, '').trimStart();
        return fast_xml_parser__WEBPACK_IMPORTED_MODULE_1__/* .XMLValidator */ .iI.validate(source) === true ? elementsOf(parser.parse(source)) : undefined;
    }
    catch {
        return undefined;
    }
}
function casesIn(element, suite) {
    return element.children.flatMap((child) => {
        if (child.name === 'testsuite')
            return casesIn(child, words(child, 'name') || suite);
        return child.name === 'testcase' ? [caseOf(child, suite)] : [];
    });
}
function caseOf(element, suite) {
    const group = words(element, 'classname') || suite;
    const title = words(element, 'name') || 'a case without a name';
    const bad = element.children.find(({ name }) => name === 'failure' || name === 'error');
    const skipped = element.children.some(({ name }) => name === 'skipped');
    const seconds = Number(element.attributes.get('time') ?? 0);
    return {
        name: group === '' || title.startsWith(group) ? title : `${group} \u203a ${title}`,
        outcome: bad !== undefined ? 'fail' : skipped ? 'skipped' : 'pass',
        message: bad === undefined ? '' : messageOf(bad),
        durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0,
        flaky: bad === undefined && element.children.some(({ name }) => /^(flaky|rerun)(Failure|Error)$/.test(name)),
    };
}
function messageOf(failure) {
    const said = words(failure, 'message');
    const text = plain(failure.text).trim();
    const whole = text.startsWith(said) ? text : `${said} ${text}`;
    return whole.trim().slice(0, 2_000) || 'it failed without a message';
}
const predefined = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
function words(element, attribute) {
    return plain(element.attributes.get(attribute) ?? '').trim();
}
function plain(text) {
    // Terminal colours have no meaning here.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
    const bare = text.replace(/(?:&#(?:27|x1b);|\u001b)\[[0-9;]*m/gi, '');
    return bare
        .replace(/&(?:#10|#xA);/gi, '\n')
        .replace(/&(lt|gt|quot|apos|amp);/g, (whole, name) => predefined[name] ?? whole);
}
function within(element, name) {
    return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...within(child, name)]);
}
/** The parser's ordered nodes: each is an object of one tag name with a list, and its attributes under `:@`. */
function elementsOf(nodes) {
    return entriesOf(nodes).flatMap(({ name, inner, attributes }) => {
        if (name.startsWith('#') || name.startsWith('?'))
            return [];
        const text = entriesOf(inner).flatMap((one) => (one.name === '#text' ? [String(one.inner)] : []));
        const cdata = entriesOf(inner).flatMap((one) => one.name === '#cdata' ? entriesOf(one.inner).map((two) => String(two.inner)) : []);
        return [{ name, attributes, children: elementsOf(inner), text: [...text, ...cdata].join(' ') }];
    });
}
function entriesOf(nodes) {
    if (!Array.isArray(nodes))
        return [];
    return nodes.flatMap((node) => {
        if (typeof node !== 'object' || node === null)
            return [];
        const entries = Object.entries(node);
        const [name, inner] = entries.find(([key]) => key !== ':@') ?? ['#none', ''];
        const given = entries.find(([key]) => key === ':@')?.[1];
        const pairs = typeof given === 'object' && given !== null ? Object.entries(given) : [];
        return [{ name, inner, attributes: new Map(pairs.map(([key, value]) => [key, String(value)])) }];
    });
}
function instantOf(timestamp) {
    const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp.trim());
    if (match === null)
        return undefined;
    const zone = match[3];
    const at = Date.parse(`${match[1]}T${match[2]}${zone === undefined ? 'Z' : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`);
    if (Number.isNaN(at))
        return undefined;
    return zone === undefined ? at + zonelessMs : at;
}


/***/ })

};
