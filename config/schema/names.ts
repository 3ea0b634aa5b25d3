import { z } from 'zod';

/** Building blocks that several parts of the inventory share. Each says in its message what it wants. */
export const text = z.string().trim().min(1, 'a text that is not empty');

/** A DNS-1123 label, as Kubernetes wants for namespaces and as cluster and policy names need for workflow ids. */
export const label = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes, at most 63 characters');

export const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as us-east-1');

export const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket, without s3://');

/** `host:port`, IPv6 in brackets. */
export const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, 'host:port, such as 127.0.0.1:7233');

/** A path; a relative one is taken from the folder of the inventory file. */
export const path = text.describe('Path of a file; a relative path starts at the folder of this inventory.');

export const minutes = z.number().int().positive('a whole number of minutes, 1 or more');
