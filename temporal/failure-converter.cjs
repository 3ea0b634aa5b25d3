// Loaded by path: by the worker and the client with require(), and into the workflow bundle; so it is plain CommonJS.
// Messages and stack traces of failures become payloads, which the codec encrypts.
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
