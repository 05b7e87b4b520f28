// entrypoint: "Missing"
return 'not reached';
