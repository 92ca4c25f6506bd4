"""Deploy Byline to AWS, check the stack and estimate its costs."""
