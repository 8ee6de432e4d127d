"""The playground: any program against an empty account."""
