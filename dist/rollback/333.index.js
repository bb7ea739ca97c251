export const id = 333;
export const ids = [333];
export const modules = {

/***/ 6333:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readJunitReport: () => (/* binding */ readJunitReport)
});

;// CONCATENATED MODULE: ./node_modules/fast-xml-parser/src/util.js


const nameStartChar = ':A-Za-z_\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
const nameChar = nameStartChar + '\\-.\\d\\u00B7\\u0300-\\u036F\\u203F-\\u2040';
const nameRegexp = '[' + nameStartChar + '][' + nameChar + ']*';
const regexName = new RegExp('^' + nameRegexp + '$');

function getAllMatches(string, regex) {
  const matches = [];
  let match = regex.exec(string);
  while (match) {
    const allmatches = [];
    allmatches.startIndex = regex.lastIndex - match[0].length;
    const len = match.length;
    for (let index = 0; index < len; index++) {
      allmatches.push(match[index]);
    }
    matches.push(allmatches);
    match = regex.exec(string);
  }
  return matches;
}

const isName = function (string) {
  const match = regexName.exec(string);
  return !(match === null || typeof match === 'undefined');
}

function isExist(v) {
  return typeof v !== 'undefined';
}

function isEmptyObject(obj) {
  return Object.keys(obj).length === 0;
}

function getValue(v) {
  if (exports.isExist(v)) {
    return v;
  } else {
    return '';
  }
}

/**
 * Dangerous property names that could lead to prototype pollution or security issues
 */
const DANGEROUS_PROPERTY_NAMES = (/* unused pure expression or super */ null && ([
  // '__proto__',
  // 'constructor',
  // 'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__'
]));

const criticalProperties = (/* unused pure expression or super */ null && (["__proto__", "constructor", "prototype"]));
;// CONCATENATED MODULE: ./node_modules/fast-xml-parser/src/validator.js




const defaultOptions = {
  allowBooleanAttributes: false, //A tag can have attributes without any value
  unpairedTags: []
};

//const tagsPattern = new RegExp("<\\/?([\\w:\\-_\.]+)\\s*\/?>","g");
function validate(xmlData, options) {
  options = Object.assign({}, defaultOptions, options);

  //xmlData = xmlData.replace(/(\r\n|\n|\r)/gm,"");//make it single line
  //xmlData = xmlData.replace(/(^\s*<\?xml.*?\?>)/g,"");//Remove XML starting tag
  //xmlData = xmlData.replace(/(<!DOCTYPE[\s\w\"\.\/\-\:]+(\[.*\])*\s*>)/g,"");//Remove DOCTYPE
  const tags = [];
  let tagFound = false;

  //indicates that the root tag has been closed (aka. depth 0 has been reached)
  let reachedRoot = false;

  if (xmlData[0] === '\ufeff') {
    // check for byte order mark (BOM)
    xmlData = xmlData.substr(1);
  }

  for (let i = 0; i < xmlData.length; i++) {

    if (xmlData[i] === '<' && xmlData[i + 1] === '?') {
      i += 2;
      i = readPI(xmlData, i);
      if (i.err) return i;
    } else if (xmlData[i] === '<') {
      //starting of tag
      //read until you reach to '>' avoiding any '>' in attribute value
      let tagStartPos = i;
      i++;

      if (xmlData[i] === '!') {
        i = readCommentAndCDATA(xmlData, i);
        continue;
      } else {
        let closingTag = false;
        if (xmlData[i] === '/') {
          //closing tag
          closingTag = true;
          i++;
        }
        //read tagname
        let tagName = '';
        for (; i < xmlData.length &&
          xmlData[i] !== '>' &&
          xmlData[i] !== ' ' &&
          xmlData[i] !== '\t' &&
          xmlData[i] !== '\n' &&
          xmlData[i] !== '\r'; i++
        ) {
          tagName += xmlData[i];
        }
        tagName = tagName.trim();
        //console.log(tagName);

        if (tagName[tagName.length - 1] === '/') {
          //self closing tag without attributes
          tagName = tagName.substring(0, tagName.length - 1);
          //continue;
          i--;
        }
        if (!validateTagName(tagName)) {
          let msg;
          if (tagName.trim().length === 0) {
            msg = "Invalid space after '<'.";
          } else {
            msg = "Tag '" + tagName + "' is an invalid name.";
          }
          return getErrorObject('InvalidTag', msg, getLineNumberForPosition(xmlData, i));
        }

        const result = readAttributeStr(xmlData, i);
        if (result === false) {
          return getErrorObject('InvalidAttr', "Attributes for '" + tagName + "' have open quote.", getLineNumberForPosition(xmlData, i));
        }
        let attrStr = result.value;
        i = result.index;

        if (attrStr[attrStr.length - 1] === '/') {
          //self closing tag
          const attrStrStart = i - attrStr.length;
          attrStr = attrStr.substring(0, attrStr.length - 1);
          const isValid = validateAttributeString(attrStr, options);
          if (isValid === true) {
            tagFound = true;
            //continue; //text may presents after self closing tag
          } else {
            //the result from the nested function returns the position of the error within the attribute
            //in order to get the 'true' error line, we need to calculate the position where the attribute begins (i - attrStr.length) and then add the position within the attribute
            //this gives us the absolute index in the entire xml, which we can use to find the line at last
            return getErrorObject(isValid.err.code, isValid.err.msg, getLineNumberForPosition(xmlData, attrStrStart + isValid.err.line));
          }
        } else if (closingTag) {
          if (!result.tagClosed) {
            return getErrorObject('InvalidTag', "Closing tag '" + tagName + "' doesn't have proper closing.", getLineNumberForPosition(xmlData, i));
          } else if (attrStr.trim().length > 0) {
            return getErrorObject('InvalidTag', "Closing tag '" + tagName + "' can't have attributes or invalid starting.", getLineNumberForPosition(xmlData, tagStartPos));
          } else if (tags.length === 0) {
            return getErrorObject('InvalidTag', "Closing tag '" + tagName + "' has not been opened.", getLineNumberForPosition(xmlData, tagStartPos));
          } else {
            const otg = tags.pop();
            if (tagName !== otg.tagName) {
              let openPos = getLineNumberForPosition(xmlData, otg.tagStartPos);
              return getErrorObject('InvalidTag',
                "Expected closing tag '" + otg.tagName + "' (opened in line " + openPos.line + ", col " + openPos.col + ") instead of closing tag '" + tagName + "'.",
                getLineNumberForPosition(xmlData, tagStartPos));
            }

            //when there are no more tags, we reached the root level.
            if (tags.length == 0) {
              reachedRoot = true;
            }
          }
        } else {
          const isValid = validateAttributeString(attrStr, options);
          if (isValid !== true) {
            //the result from the nested function returns the position of the error within the attribute
            //in order to get the 'true' error line, we need to calculate the position where the attribute begins (i - attrStr.length) and then add the position within the attribute
            //this gives us the absolute index in the entire xml, which we can use to find the line at last
            return getErrorObject(isValid.err.code, isValid.err.msg, getLineNumberForPosition(xmlData, i - attrStr.length + isValid.err.line));
          }

          //if the root level has been reached before ...
          if (reachedRoot === true) {
            return getErrorObject('InvalidXml', 'Multiple possible root nodes found.', getLineNumberForPosition(xmlData, i));
          } else if (options.unpairedTags.indexOf(tagName) !== -1) {
            //don't push into stack
          } else {
            tags.push({ tagName, tagStartPos });
          }
          tagFound = true;
        }

        //skip tag text value
        //It may include comments and CDATA value
        for (i++; i < xmlData.length; i++) {
          if (xmlData[i] === '<') {
            if (xmlData[i + 1] === '!') {
              //comment or CADATA
              i++;
              i = readCommentAndCDATA(xmlData, i);
              continue;
            } else if (xmlData[i + 1] === '?') {
              i = readPI(xmlData, ++i);
              if (i.err) return i;
            } else {
              break;
            }
          } else if (xmlData[i] === '&') {
            const afterAmp = validateAmpersand(xmlData, i);
            if (afterAmp == -1)
              return getErrorObject('InvalidChar', "char '&' is not expected.", getLineNumberForPosition(xmlData, i));
            i = afterAmp;
          } else {
            if (reachedRoot === true && !isWhiteSpace(xmlData[i])) {
              return getErrorObject('InvalidXml', "Extra text at the end", getLineNumberForPosition(xmlData, i));
            }
          }
        } //end of reading tag text value
        if (xmlData[i] === '<') {
          i--;
        }
      }
    } else {
      if (isWhiteSpace(xmlData[i])) {
        continue;
      }
      return getErrorObject('InvalidChar', "char '" + xmlData[i] + "' is not expected.", getLineNumberForPosition(xmlData, i));
    }
  }

  if (!tagFound) {
    return getErrorObject('InvalidXml', 'Start tag expected.', 1);
  } else if (tags.length == 1) {
    return getErrorObject('InvalidTag', "Unclosed tag '" + tags[0].tagName + "'.", getLineNumberForPosition(xmlData, tags[0].tagStartPos));
  } else if (tags.length > 0) {
    return getErrorObject('InvalidXml', "Invalid '" +
      JSON.stringify(tags.map(t => t.tagName), null, 4).replace(/\r?\n/g, '') +
      "' found.", { line: 1, col: 1 });
  }

  return true;
};

function isWhiteSpace(char) {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
/**
 * Read Processing insstructions and skip
 * @param {*} xmlData
 * @param {*} i
 */
function readPI(xmlData, i) {
  const start = i;
  for (; i < xmlData.length; i++) {
    if (xmlData[i] == '?' || xmlData[i] == ' ') {
      //tagname
      const tagname = xmlData.substr(start, i - start);
      if (i > 5 && tagname === 'xml') {
        return getErrorObject('InvalidXml', 'XML declaration allowed only at the start of the document.', getLineNumberForPosition(xmlData, i));
      } else if (xmlData[i] == '?' && xmlData[i + 1] == '>') {
        //check if valid attribut string
        i++;
        break;
      } else {
        continue;
      }
    }
  }
  return i;
}

function readCommentAndCDATA(xmlData, i) {
  if (xmlData.length > i + 5 && xmlData[i + 1] === '-' && xmlData[i + 2] === '-') {
    //comment
    for (i += 3; i < xmlData.length; i++) {
      if (xmlData[i] === '-' && xmlData[i + 1] === '-' && xmlData[i + 2] === '>') {
        i += 2;
        break;
      }
    }
  } else if (
    xmlData.length > i + 8 &&
    xmlData[i + 1] === 'D' &&
    xmlData[i + 2] === 'O' &&
    xmlData[i + 3] === 'C' &&
    xmlData[i + 4] === 'T' &&
    xmlData[i + 5] === 'Y' &&
    xmlData[i + 6] === 'P' &&
    xmlData[i + 7] === 'E'
  ) {
    let angleBracketsCount = 1;
    for (i += 8; i < xmlData.length; i++) {
      if (xmlData[i] === '<') {
        angleBracketsCount++;
      } else if (xmlData[i] === '>') {
        angleBracketsCount--;
        if (angleBracketsCount === 0) {
          break;
        }
      }
    }
  } else if (
    xmlData.length > i + 9 &&
    xmlData[i + 1] === '[' &&
    xmlData[i + 2] === 'C' &&
    xmlData[i + 3] === 'D' &&
    xmlData[i + 4] === 'A' &&
    xmlData[i + 5] === 'T' &&
    xmlData[i + 6] === 'A' &&
    xmlData[i + 7] === '['
  ) {
    for (i += 8; i < xmlData.length; i++) {
      if (xmlData[i] === ']' && xmlData[i + 1] === ']' && xmlData[i + 2] === '>') {
        i += 2;
        break;
      }
    }
  }

  return i;
}

const doubleQuote = '"';
const singleQuote = "'";

/**
 * Keep reading xmlData until '<' is found outside the attribute value.
 * @param {string} xmlData
 * @param {number} i
 */
function readAttributeStr(xmlData, i) {
  let attrStr = '';
  let startChar = '';
  let tagClosed = false;
  for (; i < xmlData.length; i++) {
    if (xmlData[i] === doubleQuote || xmlData[i] === singleQuote) {
      if (startChar === '') {
        startChar = xmlData[i];
      } else if (startChar !== xmlData[i]) {
        //if vaue is enclosed with double quote then single quotes are allowed inside the value and vice versa
      } else {
        startChar = '';
      }
    } else if (xmlData[i] === '>') {
      if (startChar === '') {
        tagClosed = true;
        break;
      }
    }
    attrStr += xmlData[i];
  }
  if (startChar !== '') {
    return false;
  }

  return {
    value: attrStr,
    index: i,
    tagClosed: tagClosed
  };
}

/**
 * Walk `attrStr` once, left to right, splitting it into attribute tokens.
 *
 * This replaces a regex that used to do the same job
 * (`(\s*)([^\s=]+)(\s*=)?(\s*(['"])(([\s\S])*?)\5)?`). That regex led with an
 * optional whitespace group followed by a required "non-whitespace" group.
 * On a long run of whitespace that never resolves into an attribute name
 * (e.g. a tag with thousands of trailing spaces before `>`), the engine
 * backtracks the whitespace group one character at a time before giving up
 * and moving to the next starting position \u2014 one full backtrack per
 * position, which is quadratic in the length of the run.
 *
 * The scan is forward-only: the cursor never moves backwards, so each
 * character is visited a constant number of times and the cost is linear
 * in the length of the string.
 *
 * Each returned token mirrors the shape the old regex match array had, so
 * the validation logic below (which reads token[1]..token[6]) didn't need
 * to change:
 *   token.startIndex - where this token begins in attrStr
 *   token[1]          - leading whitespace before the name
 *   token[2]          - the attribute name
 *   token[3]          - whitespace + '=' if present, else undefined
 *   token[4]          - marker (any defined value) if a quoted value was found
 *   token[5]          - the quote character used ('"' or "'")
 *   token[6]          - the value's text, without the surrounding quotes
 *
 * A malformed leading character (e.g. a stray '=' with no name before it)
 * is simply skipped over, one character at a time \u2014 the same outcome the
 * old regex produced by failing to match at that position and retrying at
 * the next one.
 */
function scanAttributeTokens(attrStr) {
  const tokens = [];
  const len = attrStr.length;
  let i = 0;

  while (i < len) {
    const tokenStart = i;

    // Leading whitespace before the name.
    while (i < len && isWhiteSpace(attrStr[i])) i++;
    if (i >= len) break; // trailing whitespace only \u2014 nothing left to read

    if (attrStr[i] === '=') {
      // No name before this '=' \u2014 not a valid attribute start. Move past
      i++;
      continue;
    }

    const leadingWs = attrStr.slice(tokenStart, i);

    // Attribute name \u2014 everything up to the next whitespace or '='.
    const nameStart = i;
    while (i < len && !isWhiteSpace(attrStr[i]) && attrStr[i] !== '=') i++;
    const name = attrStr.slice(nameStart, i);

    // Optional whitespace + '='.
    let equalsGroup; // whitespace + '=' text, or undefined if absent
    let j = i;
    while (j < len && isWhiteSpace(attrStr[j])) j++;
    if (j < len && attrStr[j] === '=') {
      equalsGroup = attrStr.slice(i, j + 1);
      i = j + 1;
    }

    // Optional whitespace + quoted value.
    let quoteChar;
    let value;
    let k = i;
    while (k < len && isWhiteSpace(attrStr[k])) k++;
    if (k < len && (attrStr[k] === '"' || attrStr[k] === "'")) {
      const valueStart = k + 1;
      const closeIdx = attrStr.indexOf(attrStr[k], valueStart);
      if (closeIdx !== -1) {
        quoteChar = attrStr[k];
        value = attrStr.slice(valueStart, closeIdx);
        i = closeIdx + 1;
      }
      // No closing quote found anywhere in the rest of the string \u2014 leave
      // quoteChar/value undefined, same as the old regex's group failing
      // to match a backreference-less run.
    }

    const token = { startIndex: tokenStart };
    token[1] = leadingWs;
    token[2] = name;
    token[3] = equalsGroup;
    token[4] = quoteChar !== undefined ? true : undefined;
    token[5] = quoteChar;
    token[6] = value;
    tokens.push(token);
  }

  return tokens;
}

//attr, ="sd", a="amit's", a="sd"b="saf", ab  cd=""

function validateAttributeString(attrStr, options) {
  //console.log("start:"+attrStr+":end");

  //if(attrStr.trim().length === 0) return true; //empty string

  const matches = scanAttributeTokens(attrStr);
  const attrNames = {};

  for (let i = 0; i < matches.length; i++) {
    if (matches[i][1].length === 0) {
      //nospace before attribute name: a="sd"b="saf"
      return getErrorObject('InvalidAttr', "Attribute '" + matches[i][2] + "' has no space in starting.", getPositionFromMatch(matches[i]))
    } else if (matches[i][3] !== undefined && matches[i][4] === undefined) {
      return getErrorObject('InvalidAttr', "Attribute '" + matches[i][2] + "' is without value.", getPositionFromMatch(matches[i]));
    } else if (matches[i][3] === undefined && !options.allowBooleanAttributes) {
      //independent attribute: ab
      return getErrorObject('InvalidAttr', "boolean attribute '" + matches[i][2] + "' is not allowed.", getPositionFromMatch(matches[i]));
    }
    /* else if(matches[i][6] === undefined){//attribute without value: ab=
                    return { err: { code:"InvalidAttr",msg:"attribute " + matches[i][2] + " has no value assigned."}};
                } */
    const attrName = matches[i][2];
    if (!validateAttrName(attrName)) {
      return getErrorObject('InvalidAttr', "Attribute '" + attrName + "' is an invalid name.", getPositionFromMatch(matches[i]));
    }
    if (!Object.prototype.hasOwnProperty.call(attrNames, attrName)) {
      //check for duplicate attribute.
      attrNames[attrName] = 1;
    } else {
      return getErrorObject('InvalidAttr', "Attribute '" + attrName + "' is repeated.", getPositionFromMatch(matches[i]));
    }
  }

  return true;
}

function validateNumberAmpersand(xmlData, i) {
  let re = /\d/;
  if (xmlData[i] === 'x') {
    i++;
    re = /[\da-fA-F]/;
  }
  for (; i < xmlData.length; i++) {
    if (xmlData[i] === ';')
      return i;
    if (!xmlData[i].match(re))
      break;
  }
  return -1;
}

function validateAmpersand(xmlData, i) {
  // https://www.w3.org/TR/xml/#dt-charref
  i++;
  if (xmlData[i] === ';')
    return -1;
  if (xmlData[i] === '#') {
    i++;
    return validateNumberAmpersand(xmlData, i);
  }
  let count = 0;
  for (; i < xmlData.length; i++, count++) {
    if (xmlData[i].match(/\w/) && count < 20)
      continue;
    if (xmlData[i] === ';')
      break;
    return -1;
  }
  return i;
}

function getErrorObject(code, message, lineNumber) {
  return {
    err: {
      code: code,
      msg: message,
      line: lineNumber.line || lineNumber,
      col: lineNumber.col,
    },
  };
}

function validateAttrName(attrName) {
  return isName(attrName);
}

// const startsWithXML = /^xml/i;

function validateTagName(tagname) {
  return isName(tagname) /* && !tagname.match(startsWithXML) */;
}

//this function returns the line number for the character at the given index
function getLineNumberForPosition(xmlData, index) {
  const lines = xmlData.substring(0, index).split(/\r?\n/);
  return {
    line: lines.length,

    // column number is last line's length + 1, because column numbering starts at 1:
    col: lines[lines.length - 1].length + 1
  };
}

//this function returns the position of the first character of match within attrStr
function getPositionFromMatch(match) {
  return match.startIndex + match[1].length;
}
;// CONCATENATED MODULE: ./node_modules/fast-xml-parser/src/fxp.js






const XMLValidator = {
  validate: validate
}

;// CONCATENATED MODULE: ./build/src/kit/xml.js
/** Suites nest a handful deep; what nests deeper is made to hurt. */
const mostNested = 100;
/** Names that reach into the objects of whoever reads them. */
const harmful = new Set(['__proto__', 'constructor', 'prototype']);
const none = [];
/** Whoever reads an element asks for its attributes one after the other. */
let lastRead = {
    of: undefined,
    attributes: {},
};
/** An element remembers where its attributes stand, and reads them when it is asked: of most nobody ever asks. */
class ScannedElement {
    name;
    #source;
    #from;
    #to;
    /** Where its closing tag begins. */
    end;
    #children;
    constructor(name, at) {
        this.name = name;
        this.#source = at.source;
        this.#from = at.from;
        this.#to = at.to;
        this.end = at.to;
    }
    content(most) {
        const from = this.#to + 1;
        return this.#source.slice(from, Math.min(this.end, from + most));
    }
    get children() {
        return this.#children ?? none;
    }
    get attributes() {
        if (lastRead.of === this)
            return lastRead.attributes;
        const written = this.#source.slice(this.#from, this.#to);
        const found = written.matchAll(/([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
        const attributes = Object.fromEntries([...found].map(([, name = '', double, single = '']) => [name, (double ?? single).trim()]));
        lastRead = { of: this, attributes };
        return attributes;
    }
    add(child) {
        if (this.#children === undefined)
            this.#children = [child];
        else
            this.#children.push(child);
    }
}
/** The elements at the top of a text that a validator has let through, without text, comments and instructions; or why it is not read. */
function scanElements(source) {
    const roots = [];
    const open = [];
    const names = new Map();
    for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at)) {
        const { is, until } = kindAt(source, at);
        const end = is === 'element' ? tagEnd(source, at + 1) : source.indexOf(until, at + 2);
        if (end < 0)
            return cutOff;
        if (is === 'closing') {
            const closed = open.pop();
            if (closed?.name !== source.slice(at + 2, end).trim())
                return cutOff;
            closed.end = at;
        }
        if (is === 'element') {
            const isClosed = source[end - 1] === '/';
            const to = isClosed ? end - 1 : end;
            const from = nameEnd(source, at + 1, to);
            const written = source.slice(at + 1, from);
            const name = names.get(written) ?? written;
            if (harmful.has(name))
                return 'it is XML that nobody should read: with names made to harm';
            names.set(name, name);
            const element = new ScannedElement(name, { source, from, to });
            const above = open.at(-1);
            if (above === undefined)
                roots.push(element);
            else
                above.add(element);
            if (!isClosed && open.push(element) > mostNested)
                return 'it is XML that nobody should read: too deep';
        }
        at = end + until.length;
    }
    return open.length === 0 ? roots : cutOff;
}
const cutOff = 'it is not well-formed XML, or cut off';
/** What begins with `<`, and what ends it. A document type is let through as a bare name alone: no other `>` stands in it. */
const kinds = [
    { begin: '</', is: 'closing', until: '>' },
    { begin: '<!--', is: 'other', until: '-->' },
    { begin: '<![CDATA[', is: 'other', until: ']]>' },
    { begin: '<?', is: 'other', until: '?>' },
    { begin: '<!', is: 'other', until: '>' },
];
const xml_element = { begin: '<', is: 'element', until: '>' };
function kindAt(source, at) {
    return kinds.find(({ begin }) => source.startsWith(begin, at)) ?? xml_element;
}
function nameEnd(source, from, to) {
    let end = from;
    while (end < to && !/\s/.test(source[end] ?? ''))
        end += 1;
    return end;
}
/** Where a tag ends: at a `>` outside quotes. */
function tagEnd(source, from) {
    let quote = '';
    for (let at = from; at < source.length; at += 1) {
        const sign = source[at] ?? '';
        if (quote !== '')
            quote = sign === quote ? '' : quote;
        else if (sign === '"' || sign === "'")
            quote = sign;
        else if (sign === '>')
            return at;
    }
    return -1;
}

;// CONCATENATED MODULE: ./build/src/smoke/junit-report.js
// Reads the JUnit report of another runner (Playwright, pytest, surefire \u2026): its cases, and when they were run.


const mostCharacters = 10 * 1_048_576;
/** Time stamps without a zone are the machine's own: from UTC-12 to UTC+14. */
const [westMs, eastMs] = [12 * 3_600_000, 14 * 3_600_000];
/** Tags of the largest report that is read, and characters of the longest: they take many times their size in memory. */
const [mostTags, longestTag] = [100_000, 1_048_576];
/** Characters of a message that are read at most: of what is shown there are fewer. */
const mostMessage = 20_000;
/** The report, or why it proves nothing: one that declares entities is not read at all, and one without a failed case must show as many cases
 * as it announces, and announce no failure. */
function readJunitReport(text) {
    if (text.length > mostCharacters)
        return { because: 'it has more than 10 MiB' };
    const refused = refusedTag(text);
    if (refused !== undefined)
        return { because: refused };
    const roots = parsed(text);
    const root = roots?.find(({ name }) => name === 'testsuites' || name === 'testsuite');
    if (root === undefined || roots?.length !== 1)
        return { because: 'it is no JUnit report: a whole XML document of testsuites is' };
    const cases = casesIn(root, root.name === 'testsuite' ? words(root, 'name') : '');
    const doubt = cases.some(({ outcome }) => outcome === 'fail') ? undefined : doubtOf(root, 0);
    if (doubt !== undefined)
        return { because: doubt };
    const began = suitesIn(root).flatMap(({ attributes }) => instantOf(attributes.timestamp ?? '') ?? []);
    const newest = (which) => began.map((one) => one[which]).reduce((a, b) => Math.max(a, b));
    return {
        cases,
        pending: unshown(root),
        began: began.length === 0 ? undefined : { latest: newest('latest'), surely: newest('surely') },
    };
}
/** Why nobody should take the text apart: a `<!` outside comments and CDATA (there entity bombs live), too many tags, or one without end. Looks at
 * each character once. */
function refusedTag(text) {
    let tags = 0;
    for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
        const fence = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : undefined;
        if (fence === undefined && text[at + 1] === '!')
            return 'it declares a document type or entities';
        const end = fence === undefined ? junit_report_tagEnd(text, at) : text.indexOf(fence, at);
        if (end < 0)
            return undefined;
        if (fence === undefined && end - at > longestTag)
            return 'it has a tag of more than 1 MiB';
        tags += 1;
        if (tags > mostTags)
            return `it has more than ${mostTags.toLocaleString('en')} tags`;
        at = end;
    }
    return undefined;
}
/** Where the tag ends: at a `>` outside quotes. */
function junit_report_tagEnd(text, from) {
    for (let at = from; at < text.length; at += 1) {
        const sign = text[at];
        if (sign === '>')
            return at;
        if (sign === '"' || sign === "'")
            at = text.indexOf(sign, at + 1);
        if (at < 0)
            return -1;
    }
    return -1;
}
const counted = new WeakMap();
/** What stands in a suite and in those within it. */
function countsOf(suite) {
    const known = counted.get(suite);
    if (known !== undefined)
        return known;
    const sum = { cases: 0, reruns: 0, skipped: 0 };
    for (const child of suite.children) {
        const isCase = child.name === 'testcase';
        const within = isCase ? undefined : countsOf(child);
        sum.cases += within?.cases ?? 1;
        sum.reruns += within?.reruns ?? child.children.filter(isRerun).length;
        sum.skipped += within?.skipped ?? (outcomeOf(child) === 'skipped' ? 1 : 0);
    }
    counted.set(suite, sum);
    return sum;
}
/** Cases that a suite says it has skipped, less those that it shows (mocha shows none). */
function unshown(suite) {
    return Math.max(0, Number(words(suite, 'skipped')) - countsOf(suite).skipped);
}
/** What a suite without a failed case announces and does not show. `pending`: what a suite around it says it has skipped and does not show.
 * Surefire counts each rerun as a test and as a failure. */
function doubtOf(suite, pending) {
    const numbers = ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(words(suite, name)));
    const [tests = 0, failures = 0, errors = 0] = numbers;
    if (numbers.some(Number.isNaN))
        return 'its counts are no numbers';
    const { cases, reruns } = countsOf(suite);
    if (failures + errors > reruns)
        return `it announces ${failures + errors} failures and shows none`;
    const open = Math.max(pending, unshown(suite));
    if (tests > cases + reruns + open)
        return `it announces ${tests} tests and has fewer`;
    return suite.children
        .filter(({ name }) => name === 'testsuite')
        .map((child) => doubtOf(child, open))
        .find((found) => found !== undefined);
}
function parsed(text) {
    try {
        const source = text.replace(/^\u{FEFF}/u, '').trimStart();
        const roots = scanElements(source);
        return typeof roots !== 'string' && XMLValidator.validate(source) === true ? roots : undefined;
    }
    catch {
        return undefined;
    }
}
/** A failure of a suite itself (its set-up, its file) counts as a case. */
function casesIn(element, suite) {
    return element.children.flatMap((child) => {
        if (child.name === 'testsuite')
            return casesIn(child, words(child, 'name') || suite);
        if (child.name === 'testcase')
            return [caseOf(child, suite)];
        return isBad(child) ? [{ ...caseOf(element, suite), name: suite || 'the suite itself' }] : [];
    });
}
function isRerun({ name }) {
    return /^(flaky|rerun)(Failure|Error)$/.test(name);
}
function isBad({ name }) {
    // Of a case that passed in the end surefire, nextest and Playwright write flakyFailure: these are failures that stood.
    return ['failure', 'error', 'rerunFailure', 'rerunError'].includes(name);
}
function outcomeOf({ children, attributes }) {
    const said = `${attributes.status ?? ''} ${attributes.result ?? ''}`;
    if (children.some(isBad) || /\b(fail(ed|ure)?|error|broken)\b/i.test(said))
        return 'fail';
    const skipped = children.some(({ name }) => ['skipped', 'ignored', 'disabled'].includes(name));
    return skipped || /\b(skipped|disabled|notrun|suppressed)\b/i.test(said) ? 'skipped' : 'pass';
}
function caseOf(element, suite) {
    const group = words(element, 'classname') || suite;
    const title = words(element, 'name') || 'a case without a name';
    const outcome = outcomeOf(element);
    const flaky = outcome === 'pass' && element.children.some(isRerun);
    const bad = element.children.find(flaky ? isRerun : isBad);
    const seconds = Number(element.attributes.time ?? 0);
    return {
        name: group === '' || title.startsWith(group) ? title : `${group} \u203a ${title}`,
        outcome,
        message: outcome === 'fail' || flaky ? messageOf(bad) : '',
        durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0,
        flaky,
    };
}
function messageOf(failure) {
    const said = failure === undefined ? '' : words(failure, 'message');
    const text = failure === undefined ? '' : textOf(failure);
    const whole = text.startsWith(said) ? text : `${said} ${text}`;
    return whole.trim().slice(0, 2_000) || 'it failed without a message';
}
/** The text between its tags, what CDATA holds too, without tags of its own. */
function textOf(element) {
    const written = element.content(mostMessage);
    return plain(written.replace(/<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<[^>]*(?:>|$)/g, (_whole, held = '') => held)).trim();
}
const predefined = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
function words(element, attribute) {
    return plain((element.attributes[attribute] ?? '').slice(0, mostMessage)).trim();
}
/** References undone, once: a secret behind them would not be known. Terminal colours have no meaning here. */
function plain(text) {
    return (text
        .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|quot|apos|amp));/gi, (whole, decimal, hex, name) => name === undefined ? letterOf(Number(decimal ?? `0x${hex}`), whole) : (predefined[name] ?? whole))
        // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
        .replace(/\u001b\[[0-9;]*m/g, ''));
}
function letterOf(code, otherwise) {
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : otherwise;
}
function suitesIn(root) {
    const found = [root];
    for (const suite of found)
        for (const child of suite.children)
            if (child.name === 'testsuite')
                found.push(child);
    return found;
}
function instantOf(timestamp) {
    const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp.trim());
    if (match === null)
        return undefined;
    const zone = match[3];
    const at = Date.parse(`${match[1]}T${match[2]}${zone === undefined ? 'Z' : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`);
    if (Number.isNaN(at))
        return undefined;
    return zone === undefined ? { latest: at + westMs, surely: at - eastMs } : { latest: at, surely: at };
}


/***/ })

};
