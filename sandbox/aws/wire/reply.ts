import { writeXml, type XmlValue } from './xml.ts';

export const ec2Namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
export const autoScalingNamespace = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';

/** The reply of an EC2 action: `<ActionResponse><requestId/>...content...</ActionResponse>`. */
export function ec2ReplyXml(action: string, requestId: string, content: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${ec2Namespace}"><requestId>${requestId}</requestId>${writeXml(content, 'item')}</${action}Response>`;
}

/** The reply of an Auto Scaling action. Actions without a result have an empty `<ActionResult/>`, which the SDKs accept. */
export function autoScalingReplyXml(action: string, requestId: string, content: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${autoScalingNamespace}"><${action}Result>${writeXml(content, 'member')}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
}
