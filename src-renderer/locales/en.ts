/** Every word that the window says, in English. Another language is a file of the same shape. */
export const en = {
  app: { name: 'Longleaf', tagline: 'PDF or Word. It is read on this computer and stays here.' },
  panes: { library: 'Library', reader: 'Reader', conversation: 'Conversation', resizeLibrary: 'Width of the library', resizeConversation: 'Width of the conversation' },
  common: {
    close: 'Close', cancel: 'Cancel', delete: 'Delete', open: 'Open', clear: 'Clear',
    pages_one: '{{shown}} page', pages_other: '{{shown}} pages', sections_one: '{{shown}} section', sections_other: '{{shown}} sections',
    documents_one: '{{shown}} document', documents_other: '{{shown}} documents', percent: '{{value}} %',
    unexpected: 'Something went wrong inside Longleaf. Try again; if it stays so, restart the app.',
  },
  empty: {
    title: 'Drop a book here', open: 'Open documents', sample: 'Try the sample book',
    note: 'The sample comes with a small starter model. For real work, choose a larger one in Settings › Model.',
  },
  drop: { title: 'Let go to add to the library', hint: 'PDF and Word files, or a whole folder' },
  library: {
    search: 'Search all', searchLabel: 'Search the library', add: 'Add documents', label: 'Documents', results: 'Results', hide: 'Hide the library', show: 'Show the library',
    found_one: '{{shown}} place', found_other: '{{shown}} places', searching: 'Searching…', nothingFound: 'Nothing found for “{{text}}”.',
    noDocuments: 'No documents yet.', actionsFor: 'More for {{title}}', settings: 'Settings',
    ask: 'Ask about this document', forecast: 'What reading it whole takes…', copyTitle: 'Copy title', delete: 'Delete…', cancelImport: 'Cancel the import', dismiss: 'Remove from the list', enterPassword: 'Enter the password…',
    addedKnown: '“{{title}}” is already in your library.', added: '“{{title}}” is ready.', couldNotAdd: '{{name}}: {{why}}',
  },
  state: {
    queued: 'Waiting', importing: 'Importing {{percent}} %', importingStart: 'Importing', indexing: 'Making it searchable', importingLeft: 'Importing {{percent}} % · {{left}} left', ready: 'Ready · {{units}}',
    readyProblems_one: '{{shown}} of {{units}} unreadable', readyProblems_other: '{{shown}} of {{units}} unreadable',
    needsOcr: 'Needs OCR · {{units}}', needsPassword: 'Needs password', failed: 'Failed: {{why}}', cancelled: 'Cancelled',
  },
  password: {
    title: 'This document is locked', body: '“{{name}}” opens with a password only. It is used once and not kept.', label: 'Password', open: 'Unlock',
    trying: 'Trying…', wrong: 'That password does not open the document. Try another.',
  },
  delete: {
    modelTitle: 'Delete {{title}}?', modelBody: 'Its file is removed from this computer and the space is free again. It can be downloaded once more.',
    documentTitle: 'Delete “{{title}}”?', documentBody: 'Its text, its search index and its copy in the library are removed. The file that you added stays where it is. Answers in your conversations lose their pages.',
    conversationTitle: 'Delete “{{title}}”?', conversationBody: 'The questions and answers of this conversation are removed.',
  },
  reader: {
    contents: 'Contents', noContents: 'This document has no contents.', zoomIn: 'Zoom in', zoomOut: 'Zoom out', zoom: 'Zoom', fitWidth: 'Fit width', fitPage: 'Fit page',
    find: 'Find in document', findLabel: 'Find in this document', findCount: '{{current}} of {{total}}', findNone: 'Not found', next: 'Next', previous: 'Previous', findSearching: 'Searching…',
    page: 'Page', section: 'Section', of: 'of {{total}}', pageHint: 'Printed page or page of the file', pageNumber: '{{number}} of {{total}}', sectionNumber: 'Section {{number}} of {{total}}', noSuchPage: 'There is no page “{{typed}}”.',
    nothingOpen: 'Choose a document to read it here.', opening: 'Opening…', could: 'This document cannot be shown.', showConversation: 'Show the conversation', hideConversation: 'Hide the conversation',
    dim: 'Dim pages', undim: 'Undim pages', documentLabel: 'Text of {{title}}',
    notReady: { 'needs-ocr': 'The pages of this document are pictures without text. It can be read here, but not searched or asked.', 'needs-password': 'This document opens with a password.', failed: 'This document could not be read: {{why}}' },
    problems_one: '{{shown}} page could not be read: {{ranges}}. Answers cannot use it.', problems_other: '{{shown}} pages could not be read: {{ranges}}. Answers cannot use them.',
  },
  conversation: {
    new: 'New conversation', history: 'Conversations', export: 'Export conversation', noHistory: 'Your conversations will be listed here.',
    emptyTitle: 'Ask about what you read', emptyBody: 'Every answer says which pages it comes from, and marks the sentences.', emptyNoDocument: 'Open a document, or ask about all of them.', suggested: 'Try a question',
    questions_one: '{{shown}} question', questions_other: '{{shown}} questions', deleteFor: 'Delete “{{title}}”', label: 'Questions and answers',
  },
  answer: {
    waiting: 'Looking for the passages…', reading: 'Reading · {{done}} of {{total}} tokens', readingLeft: 'Reading · {{done}} of {{total}} tokens · {{left}} left', readingStart: 'Reading the passages…', writing: 'Writing…', stop: 'Stop',
    cancelled: 'Stopped. What was written so far is kept.', cancelledEmpty: 'Stopped before the first word.', interrupted: 'The engine stopped before the answer was complete. What was written so far is kept.', failedPlain: 'There is no answer.',
    askAgain: 'Ask again', copy: 'Copy with citations', export: 'Export as Markdown', copied: 'Copied with its citations.', exported: 'Saved as {{path}}', nothing: 'The model wrote nothing. Ask in other words.',
    citation: 'Citation {{marker}}: {{place}}', citationOpen: 'Citation {{marker}}, to be checked: {{place}}', agreed: 'Words and the model’s attention agree', open: 'Words and the model’s attention differ: check it', exact: 'exact quote', inexact: 'near quote', unsupported: 'Not found in the text', unsupportedNotice_one: 'One statement was not found in the text.', unsupportedNotice_other: '{{shown}} statements were not found in the text.',
    readAll: 'Read all {{units}}', from: 'From {{inView}} of {{units}}:', fromTitled: '{{title}}: {{inView}} of {{units}}:', readAllTitled: '{{title}}: all {{units}}', fromNone: 'No page was in view.',
    by: '{{model}} · {{tokens}} new tokens read · {{seconds}} s', byShort: '{{model}} · {{seconds}} s', missing: 'In no document here: {{words}}.', done: 'The answer is ready. {{citations}} citations.',
    failedToAsk: 'The question could not be asked: {{why}}', goToPages: 'Open page {{range}}', goToSections: 'Open section {{range}}',
  },
  place: { page: 'Page {{label}}', pageLabelled: 'Page {{label}} ({{page}} of {{total}})', pageOf: 'Page {{page}} of {{total}}', paragraph: '¶ {{number}}', section: 'Section {{number}}' },
  composer: {
    placeholder: 'Ask about this document', placeholderAll: 'Ask about your documents', placeholderNone: 'Open a document to ask about it', label: 'Question', ask: 'Ask', stop: 'Stop',
    thisDocument: 'This document', allDocuments: 'All documents', choose: 'Choose documents…', scope: 'Asked about', mode: 'Passages', modeHint: 'The model sees the passages that fit the question, not the whole book.', model: 'Model', noModel: 'No model', manage: 'More about models…',
    starter: 'Starter model: only a first taste. Check the marked sentences.', chosen_one: '{{shown}} document', chosen_other: '{{shown}} documents',
  },
  choose: { title: 'Ask about these documents', filter: 'Filter', use: 'Use', none: 'No document is ready yet.' },
  engine: {
    loadingStart: 'Loading {{model}}…', restarting: 'The engine stopped and is starting again.', failed: 'The engine could not start: {{why}}',
  },
  notices: {
    importing: 'Importing {{name}}', importingMany: 'Importing {{shown}} files', progress: '{{done}} of {{total}} pages', left: '{{left}} left', downloading: 'Downloading {{name}}', downloaded: '{{done}} of {{total}}', downloadFailed: 'The download of {{name}} stopped: {{why}}', copying: 'Copying {{name}}', cancelCopy: 'Stop copying {{name}}', label: 'Work in progress',
  },
  settings: {
    title: 'Settings', appearance: 'Appearance', theme: 'Theme', system: 'As the system', light: 'Light', dark: 'Dark', dim: 'Dim the pages of PDFs in the dark theme', model: 'Model', installed: 'On this computer', notInstalled: 'Not on this computer', get: 'Get ({{size}})', use: 'Use',
    inUse: 'In use', context: '{{tokens}} tokens in view', licence: 'Licence {{licence}}', starterTag: 'first taste only', recommended: 'recommended', noModels: 'No models are known.',
  },
  models: {
    bring: 'Add a model file…', others_one: '{{shown}} other file', others_other: '{{shown}} other files', bringTitle: 'Add “{{name}}”?', bringBody: 'Copied, it takes {{size}} more on this computer’s disk and stays when the file goes. Used where it is, the file must stay there.',
    copy: 'Copy it', useInPlace: 'Use it where it is', refused: 'This file cannot be used', brought: '{{title}} is added and answers from now on.', parameters: '{{shown}} million parameters', parts_one: '{{shown}} file', parts_other: '{{shown}} files',
    about: 'about {{size}}', memory: '{{size}} memory for {{tokens}} tokens', packagedBy: 'file by {{name}}', inPlace: 'used where it is',
    fits: 'Up to {{tokens}} tokens fit in the memory of this computer.', tooLittleMemory: 'Needs {{needed}} of memory; this computer has {{have}} for models.', tooLittleDisk: 'Needs {{needed}} on the disk; {{free}} are free.',
    why: { 'first-choice': 'The best choice here: Longleaf is made for it.', 'smaller-fits': 'The best choice here: larger files of it do not fit.', 'nothing-else-fits': 'The best choice here: nothing larger fits.' },
    asking: 'Asking for the file…', checking: 'Checking the file…', paused: 'Paused', speed: '{{size}} a second', goOn: 'Go on', pause: 'Pause the download of {{title}}', discard: 'Give up the download of {{title}}', 'delete': 'Delete {{title}}…',
    licenceBody: 'Before {{title}} is downloaded, its makers ask you to accept this licence. You are asked once.', licenceSource: 'Published at {{url}}', accept: 'Accept and download',
    mirror: 'Download models from another address than Hugging Face (a mirror)', mirrorInvalid: 'The address has to begin with https://.',
  },
  devices: {
    title: 'What computes', looking: 'Looking for graphics devices…', none: 'The processor. No graphics device was found that Longleaf can use.', auto: 'Automatic', autoFacts: 'graphics cards as far as their memory goes, the processor for the rest', cpu: 'Processor only', cpuFacts: 'slower with a good graphics card, and always possible',
    card: '{{free}} of {{total}} free', integrated: 'shares the memory of the processor, {{free}} of {{total}} free', nowProcessor: 'Now: the processor computes all layers.', now: 'Now: {{parts}}.', share: '{{layers}} layers on {{title}}', processor: 'the processor',
  },
  forecast: {
    title: 'Reading the whole of “{{title}}”', body: 'The model would read it once, from the first page to the last.', measuring: 'Measuring how fast this computer reads…',
    length: 'Length', time: 'Time', memory: 'Memory', disk: 'Disk', tokens: '{{shown}} tokens', about: 'about {{shown}}', basis: 'With {{model}}, measured on this computer. Questions are answered from passages.',
    longer: 'That is longer than the {{tokens}} tokens that {{model}} can have in view: only passages of it can be.', memoryShort: 'This computer has {{memory}} of memory.',
  },
  palette: { label: 'Commands', placeholder: 'What do you want to do?', none: 'Nothing by that name.', commands: 'Commands', documents: 'Documents', conversations: 'Conversations' },
  commands: {
    open: 'Open documents…', search: 'Search the library', composer: 'Ask a question', find: 'Find in document', 'new-conversation': 'New conversation', 'export': 'Export conversation as Markdown…', 'toggle-library': 'Show or hide the library', 'toggle-conversation': 'Show or hide the conversation',
    contents: 'Show or hide the contents', 'zoom-in': 'Zoom in', 'zoom-out': 'Zoom out', 'zoom-reset': 'Fit width', 'zoom-page': 'Fit page', settings: 'Settings…', 'next-pane': 'Next pane', 'previous-pane': 'Previous pane', sample: 'Try the sample book', history: 'Show conversations',
    'theme-light': 'Light theme', 'theme-dark': 'Dark theme', 'theme-system': 'Theme as the system', dim: 'Dim or undim pages', 'next-page': 'Next page', 'previous-page': 'Previous page', 'delete-document': 'Delete this document…', stop: 'Stop the answer', 'copy-answer': 'Copy the last answer with citations', palette: 'Commands…', 'ask-again': 'Ask the last question again', 'scope-open': 'Ask about this document', 'scope-all': 'Ask about all documents', 'scope-choose': 'Choose documents to ask about…',
  },
  time: { seconds_one: '{{shown}} s', seconds_other: '{{shown}} s', minutes_one: '{{shown}} min', minutes_other: '{{shown}} min', hours_one: '{{shown}} h', hours_other: '{{shown}} h' },
} as const
