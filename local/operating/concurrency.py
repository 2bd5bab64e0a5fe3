"""Whether a function runs at all: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""

from local.deployed.aws import Aws


def stop(aws: Aws, function: str) -> None:
    """From now on it is not run; what runs goes on to its end."""
    aws.lambda_.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)


def restore(aws: Aws, function: str, many: str) -> None:
    """As its parameter has it: so many are reserved; empty: none are, and it runs as often as the account may."""
    if many:
        aws.lambda_.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=int(many))
    else:
        aws.lambda_.delete_function_concurrency(FunctionName=function)


def is_stopped(aws: Aws, function: str) -> bool:
    """Whether it may not run at all."""
    return aws.lambda_.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions") == 0
