"""Metrics of AWS's own that the template looks at, as AWS documents them: by what one dimension, and in which unit.
Those of a function are told of each version that an alias leads to, as well.

No emulator tells them. What a test tells in their stead is what these pages say:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

DOCUMENTED = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ("QueueName", "Count"),
    ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible"): ("QueueName", "Count"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ("QueueName", "Seconds"),
    ("AWS/SQS", "NumberOfMessagesSent"): ("QueueName", "Count"),
    ("AWS/Lambda", "Invocations"): ("FunctionName", "Count"),
    ("AWS/Lambda", "Errors"): ("FunctionName", "Count"),
    ("AWS/Lambda", "Throttles"): ("FunctionName", "Count"),
    ("AWS/Lambda", "Duration"): ("FunctionName", "Milliseconds"),
    ("AWS/Lambda", "AsyncEventsDropped"): ("FunctionName", "Count"),
    ("AWS/Lambda", "UrlRequestCount"): ("FunctionName", "Count"),
    ("AWS/Lambda", "Url5xxCount"): ("FunctionName", "Count"),
    ("AWS/States", "ExecutionsFailed"): ("StateMachineArn", "Count"),
    ("AWS/States", "ExecutionsTimedOut"): ("StateMachineArn", "Count"),
    ("AWS/States", "ExecutionsAborted"): ("StateMachineArn", "Count"),
    ("AWS/States", "ExecutionsSucceeded"): ("StateMachineArn", "Count"),
}
