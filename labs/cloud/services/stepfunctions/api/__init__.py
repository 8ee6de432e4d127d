"""Step Functions' API, where moto's answers are not AWS's."""
