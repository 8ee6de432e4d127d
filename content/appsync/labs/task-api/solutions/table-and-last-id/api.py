"""The API: its schema, and which function answers for which field."""

import boto3

JAVASCRIPT = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}

SCHEMA = """
type Person { id: ID!, name: String! }
type Task { id: ID!, title: String!, due: String, assignee: Person }
type Page { items: [Task]!, nextToken: String }
type Query {
    task(id: ID!): Task
    tasks(owner: ID, limit: Int, nextToken: String): Page
}
"""

# What the function returns is the field's value, or {"error": {"message": ..., "type": ...}}.
TASKS = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  const user = ctx.identity.resolverContext.user;
  return {
    operation: 'Invoke',
    payload: { field: ctx.info.fieldName, arguments: ctx.args, user: user },
  };
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  if (ctx.result && ctx.result.error) {
    util.error(ctx.result.error.message, ctx.result.error.type);
  }
  return ctx.result;
}
"""
ASSIGNEE = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  return { operation: 'BatchInvoke', payload: ctx.source };
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
"""


def build(api_id):
    """Give the API its schema and resolvers. Its data sources, tasks and people, are there."""
    boto3.client("appsync").start_schema_creation(apiId=api_id, definition=SCHEMA.encode())
    add_resolver(api_id, "Query.task", "tasks", TASKS)
    add_resolver(api_id, "Query.tasks", "tasks", TASKS)
    add_resolver(api_id, "Task.assignee", "people", ASSIGNEE, maxBatchSize=20)


def add_resolver(api_id, field, source, code, **settings):
    parent, name = field.split(".")
    boto3.client("appsync").create_resolver(
        apiId=api_id,
        typeName=parent,
        fieldName=name,
        dataSourceName=source,
        code=code,
        runtime=JAVASCRIPT,
        **settings,
    )
